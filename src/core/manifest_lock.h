#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace stage {

enum class ManifestSharing {
  kAlone,   ///< no other process may write to the folder
  kShards,  ///< other shards may; single processes may not
};

/// Locks an open manifest for as long as the descriptor is open.
/// @throws Error(kDisk) naming the process that holds it
void LockManifest(int descriptor,
                  const std::filesystem::path& manifest,
                  ManifestSharing sharing);

/// The process of this machine that holds a lock on the file, or 0.
int LockHolder(const std::filesystem::path& file);

/// Keeps other shards off one job while it lives.
class JobClaim {
 public:
  JobClaim(int descriptor, int64_t offset)
      : descriptor_(descriptor), offset_(offset) {}
  ~JobClaim();
  JobClaim(const JobClaim&) = delete;
  JobClaim& operator=(const JobClaim&) = delete;

 private:
  int descriptor_;  ///< -1: nothing to give back
  int64_t offset_;
};

/// Opens `.stage-shards.lock`, one byte of which stands for each job.
/// @throws Error(kDisk)
int OpenClaims(const std::filesystem::path& folder);

/// nullptr when another process holds the job.
std::unique_ptr<JobClaim> ClaimJob(int claims_descriptor,
                                   const std::string& job_id);

}  // namespace stage
