#pragma once

#include "core/staging_job.h"
#include "engine/pipeline/edit_outcome.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// `edit --adjust`: tones and colours, then upright lines.
/// @throws Error(kGeometry) when the tilt is not sure enough to be mended
EditOutcome AdjustPhoto(const StagingJob& job,
                        const Photo& original,
                        InstalledNetworks& networks,
                        const WorkControl& control);

}  // namespace stage::engine
