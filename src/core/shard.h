#pragma once

#include <functional>
#include <optional>
#include <string>

namespace stage {

/// One of several processes that share a batch: the index-th of count, from 0.
struct Shard {
  int index = 0;
  int count = 1;
  bool operator==(const Shard&) const = default;
};

/// Reads "K/N", K from 1 to N.
/// @throws Error(kUsage)
Shard ParseShard(const std::string& text);

/// "K/N" as ParseShard reads it.
std::string ShardText(const Shard& shard);

/// Looks up an environment variable; nullopt when it is not set.
using EnvironmentLookup =
    std::function<std::optional<std::string>(const std::string& name)>;

/// The process's own environment.
std::optional<std::string> Environment(const std::string& name);

/// The part that a cluster's scheduler gave this process: Slurm arrays
/// (SLURM_ARRAY_TASK_ID, _MIN, _STEP, _COUNT), indexed Kubernetes jobs
/// (JOB_COMPLETION_INDEX with JOB_COMPLETIONS) and AWS Batch arrays
/// (AWS_BATCH_JOB_ARRAY_INDEX with AWS_BATCH_JOB_ARRAY_SIZE); nullopt outside.
/// @throws Error(kUsage) when the index is given without the count
std::optional<Shard> ShardFromScheduler(
    const EnvironmentLookup& environment = Environment);

}  // namespace stage
