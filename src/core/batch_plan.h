#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/input_photos.h"
#include "core/shard.h"
#include "core/staging_job.h"

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
  /// Settles what only the backend knows, before a job gets its id; or empty.
  std::function<void(StagingJob&)> settle;
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

}  // namespace stage
