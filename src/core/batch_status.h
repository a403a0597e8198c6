#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/manifest.h"

namespace stage {

/// What a batch did, is doing and still owes, read from its manifest.
struct BatchStatus {
  std::filesystem::path folder;
  std::map<std::string, int> states;  ///< count by JobStateName
  int missing_results = 0;  ///< done, but a result is gone from the disk
  int pending = 0;          ///< with a vendor: to be fetched
  int doubtful = 0;         ///< `submitting`: may have been paid
  double credits = 0;       ///< sum of what was charged
  std::map<std::string, double> credits_by_backend;
  double seconds = 0;    ///< sum over done jobs
  std::string first_at;  ///< time of the first and the last record
  std::string last_at;
  int running_pid = 0;          ///< the process that holds the folder, or 0
  std::vector<JobRecord> jobs;  ///< in the order they were planned
};

/// @param folder_or_manifest  an output folder, its manifest.jsonl, or a
///        folder of photos with the default `staged` in it
/// @throws Error(kUsage) when there is no manifest, Error(kDisk)
BatchStatus ReadBatchStatus(const std::filesystem::path& folder_or_manifest);

/// The status as `stage status --json` prints it.
nlohmann::json BatchStatusJson(const BatchStatus& status);

/// Jobs that a vendor has or may have, complete enough to be fetched: input,
/// operation, parameters, output names, output folder.
std::vector<StagingJob> UnfinishedRemoteJobs(const BatchStatus& status);

}  // namespace stage
