#pragma once

#include "core/staging_job.h"
#include "engine/pipeline/edit_outcome.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// `edit --material` where --mask or --select says.
/// @throws Error(kInput) for a mask that cannot be used, Error as SelectedParts
///         and Resurface
EditOutcome ResurfacePhoto(const StagingJob& job,
                           const Photo& original,
                           InstalledNetworks& networks,
                           const WorkControl& control);

}  // namespace stage::engine
