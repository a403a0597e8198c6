#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/batch_plan.h"
#include "core/manifest.h"
#include "core/progress.h"

namespace stage {

/// The manifests of a batch, one an output folder.
class BatchManifests {
 public:
  /// Opens and locks those of all the plan's jobs; tells of damaged lines.
  /// @throws Error(kDisk) when a folder cannot be written or is in use
  void Open(const BatchPlan& plan, Progress& progress);
  /// Whether other shards may work in the same folders.
  bool shared() const { return shared_; }
  Manifest& Of(const StagingJob& job) {
    return *manifests_.at(job.output_folder);
  }
  /// Writes the batch's record and the jobs' own, in one write a folder.
  /// @param records  of planned jobs, by output folder
  void AppendPlan(
      const BatchPlan& plan,
      const std::string& stage_version,
      std::map<std::filesystem::path, std::vector<nlohmann::json>> records);

 private:
  bool shared_ = false;
  std::map<std::filesystem::path, std::unique_ptr<Manifest>> manifests_;
};

}  // namespace stage
