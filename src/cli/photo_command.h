#pragma once

#include "cli/exit_code.h"
#include "cli/photo_options.h"
#include "core/staging_job.h"

namespace stage::cli {

/// What generate, edit, declutter and upscale share: plans one job a photo
/// from `job` (operation and its parameters filled in), then prints the plan
/// or works it off.
/// @throws Error
ExitCode RunPhotoCommand(const PhotoOptions& options, StagingJob job);

}  // namespace stage::cli
