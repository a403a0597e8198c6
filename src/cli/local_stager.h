#pragma once

#include <memory>

#include "cli/photo_options.h"
#include "core/batch_plan.h"
#include "core/stager.h"

namespace stage::cli {

/// What does a plan's jobs on this machine: the render engine furnishes, the
/// diffusion engine edits. Only what the plan needs is opened.
/// @throws Error(kModel) when a module or a model is not installed,
///         Error(kDevice) for a device that none of the jobs can use
std::unique_ptr<Stager> MakeLocalStager(const BatchPlan& plan,
                                        const PhotoOptions& options);

}  // namespace stage::cli
