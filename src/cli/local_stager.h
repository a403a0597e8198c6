#pragma once

#include <memory>

#include "core/batch_plan.h"
#include "core/stager.h"

namespace stage::cli {

/// What does a plan's jobs on this machine: the render engine furnishes, the
/// diffusion engine edits. Only what the plan needs is opened.
/// @param threads  0: all the process may use
/// @throws Error(kModel) when a module or a model is not installed
std::unique_ptr<Stager> MakeLocalStager(const BatchPlan& plan, int threads);

}  // namespace stage::cli
