#pragma once

#include <memory>

#include "cli/photo_options.h"
#include "core/batch_plan.h"
#include "core/stager.h"

namespace stage::cli {

/// Refuses what this version cannot do, before anything is loaded or written.
/// @throws Error(kModel) for local work that needs weights,
///         Error(kVendorUnavailable) for vendors; both say what to use instead
void CheckAvailable(const BatchPlan& plan);

/// The backend the options name.
/// @throws Error(kModel) when the local engine is not installed
std::unique_ptr<Stager> MakeStager(const PhotoOptions& options);

}  // namespace stage::cli
