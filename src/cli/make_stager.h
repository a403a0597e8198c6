#pragma once

#include <memory>

#include "cli/photo_options.h"
#include "core/batch_plan.h"
#include "core/stager.h"

namespace stage::cli {

/// Refuses local work that this version cannot do, before anything is loaded
/// or written; vendors' jobs are checked by their stager.
/// @throws Error(kModel) saying what to use instead
void CheckAvailable(const BatchPlan& plan);

/// The backend the options name, ready for the plan's jobs.
/// @throws Error(kModel) when the local engine or a model is not installed,
///         Error(kCredentials) when there is no key for the vendor
std::unique_ptr<Stager> MakeStager(const PhotoOptions& options,
                                   const BatchPlan& plan);

/// A vendor's stager that can check and estimate jobs, without key and
/// network; null for the local engine.
std::unique_ptr<Stager> MakePlanningStager(const PhotoOptions& options);

}  // namespace stage::cli
