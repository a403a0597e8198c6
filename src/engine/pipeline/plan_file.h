#pragma once

#include <filesystem>

#include "core/staging_job.h"
#include "engine/plan/plan.h"

namespace stage::engine {

/// Where a variant's plan lies: `path` itself when it is a JSON file and this
/// the first variant, else a file of the photo's name in the folder.
/// @param variant  0 is the first
std::filesystem::path PlanFile(const std::filesystem::path& path,
                               const StagingJob& job,
                               int variant);

/// @throws Error(kInput) when it is no plan
Plan ReadPlan(const std::filesystem::path& path);

/// Writes the file whole, and its folder where that is missing.
/// @throws Error(kDisk)
void WritePlan(const Plan& plan, const std::filesystem::path& path);

}  // namespace stage::engine
