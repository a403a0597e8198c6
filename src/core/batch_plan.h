#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/input_photos.h"
#include "core/manifest.h"
#include "core/shard.h"
#include "core/stager.h"

namespace stage {

/// What a photo command was asked for.
struct BatchRequest {
  InputSelection inputs;
  std::filesystem::path output;     ///< empty: `staged` beside the photos
  std::filesystem::path jobs_file;  ///< or empty
  /// Operation, parameters, backend, variants, seed and output options for
  /// every photo, before jobs file and sidecars. Masks and `plan_in` may be
  /// folders with a file a photo, `plan_out` a folder; `generate.same_room` is
  /// a pattern, see SameRoomKey.
  StagingJob common;
  std::optional<Shard> shard;
};

/// A photo that could not even be planned; the rest of the batch goes on.
struct UnplannedPhoto {
  std::filesystem::path input;
  ErrorKind kind = ErrorKind::kInput;
  std::string message;
};

/// Everything a command will do, in order. Nothing has been touched yet.
struct BatchPlan {
  std::vector<StagingJob> jobs;  ///< complete: ids, outputs, output_folder
  std::vector<UnplannedPhoto> unplanned;
  int jobs_of_all_shards = 0;
  std::optional<Shard> shard;
};

/// Finds the photos and makes a complete job of each: row of the jobs file
/// over sidecar over command, masks matched, output names that collide with
/// nothing, ids. Reads every input once to hash it.
/// @throws Error(kUsage, kDisk) when nothing can be done at all
BatchPlan PlanBatch(const BatchRequest& request);

/// What is to be done about a job, in the light of the manifest.
enum class JobAction {
  kRun,       ///< do it
  kContinue,  ///< a vendor has or may have it: go on from its last record
  kCopy,      ///< the same work was done for another photo of the folder
  kSkip,      ///< finished, its results are intact
};
std::string_view JobActionName(JobAction action);

enum class ResumeMode {
  kResume,   ///< finished jobs are skipped
  kRestart,  ///< they are done again; what a vendor still holds is fetched
};

/// Decides from the job's record and, for kCopy, from the record of the same
/// work on another photo; each may be nullptr.
JobAction DecideAction(const JobRecord* record,
                       const JobRecord* same_work,
                       ResumeMode resume);

/// The plan as `--dry-run --json` prints it: {"jobs": [{"job", "input",
/// "operation", "backend", "parameters", "outputs", "action",
/// "estimated_credits"?}], "totals": {...}, "unplanned": [...]}. Writes
/// nothing.
/// @param stager  asked for estimates; may be nullptr
nlohmann::json PlanJson(const BatchPlan& plan,
                        ResumeMode resume,
                        const Stager* stager);

}  // namespace stage
