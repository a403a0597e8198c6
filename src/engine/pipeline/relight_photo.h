#pragma once

#include "core/staging_job.h"
#include "engine/pipeline/edit_outcome.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// @throws Error(kUsage) for a sky that --daylight does not go with,
///         Error(kModel) for skies and daylights that need a diffusion model
void CheckRelight(const EditParameters& edit);

/// `edit --daylight` and `--sky`.
/// @throws Error(kGeometry) as Relight
EditOutcome RelightPhoto(const StagingJob& job,
                         int variant,
                         const Photo& original,
                         InstalledNetworks& networks,
                         const WorkControl& control);

}  // namespace stage::engine
