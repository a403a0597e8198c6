#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/manifest_lock.h"
#include "core/output_names.h"
#include "core/stager.h"

namespace stage {

/// A job's last record, as far as this version understands it.
struct JobRecord {
  std::string job;
  JobState state = JobState::kPlanned;
  std::filesystem::path input;      ///< absolute
  std::vector<StagedFile> outputs;  ///< absolute paths
  int attempt = 0;
  std::optional<double> credits;
  nlohmann::json json;  ///< the whole record, unknown fields too

  bool paid_or_underway() const {
    return state == JobState::kSubmitting || state == JobState::kSubmitted ||
           state == JobState::kFetching;
  }
};

/// Reads one record of a job; nullopt when it lacks what a job must have.
std::optional<JobRecord> ParseJobRecord(const std::filesystem::path& folder,
                                        const nlohmann::json& json);
/// Output files as the manifest of `folder` lists them.
nlohmann::json OutputsJson(const std::filesystem::path& folder,
                           const std::vector<StagedFile>& outputs);

/// What a manifest says: the last record of each job of each photo.
class ManifestState {
 public:
  explicit ManifestState(std::filesystem::path folder)
      : folder_(std::move(folder)) {}

  /// Takes in further lines.
  void Add(const nlohmann::json& record);
  /// The job of this very photo, or nullptr.
  const JobRecord* Find(const std::string& job,
                        const std::filesystem::path& input) const;
  /// The same work on any photo of the folder, the furthest on first.
  const JobRecord* FindSameWork(const std::string& job) const;
  /// All jobs, in the order they were first met.
  std::vector<const JobRecord*> jobs() const;
  const std::vector<nlohmann::json>& batches() const { return batches_; }
  /// Every name that a result or companion was ever given, and the last work
  /// it was given to.
  const std::map<std::filesystem::path, ResultWork>& owners() const {
    return owners_;
  }
  /// The newest record of a finished job with this result, or nullptr; also
  /// when the job is being done again since.
  const JobRecord* FinishedWith(const std::filesystem::path& output) const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void TakeName(const std::filesystem::path& name, const JobRecord& record);

  using Key = std::pair<std::string, std::string>;  ///< job, input text
  std::filesystem::path folder_;
  std::map<Key, JobRecord> jobs_;
  std::vector<Key> order_;
  std::vector<nlohmann::json> batches_;
  std::map<std::filesystem::path, ResultWork> owners_;
  std::map<std::filesystem::path, JobRecord> finished_;  ///< by result
};

/// Reads a folder's manifest without locking it; empty when there is none.
/// @throws Error(kDisk)
ManifestState ReadManifest(const std::filesystem::path& folder);

/// A folder's manifest opened for writing, locked until it is destroyed.
/// Every Append is one write at the file's end and is on disk when it returns.
/// Thread-safe.
class Manifest {
 public:
  /// Makes folder and file when missing; mends a torn last line.
  /// @throws Error(kDisk) naming the process that holds the folder
  Manifest(const std::filesystem::path& folder, ManifestSharing sharing);
  ~Manifest();
  Manifest(const Manifest&) = delete;
  Manifest& operator=(const Manifest&) = delete;

  /// "at" is added. The records stay together, also between shards.
  /// @throws Error(kDisk)
  void Append(std::vector<nlohmann::json> records);
  /// Appends a job's next record: `fields` over what identifies the job, and
  /// over the "remote" and unknown fields of its last record.
  void AppendJob(const StagingJob& job,
                 const nlohmann::json& parameters,
                 JobState state,
                 const nlohmann::json& fields);
  /// The record that AppendJob would append, without its time.
  nlohmann::json NextJobRecord(const StagingJob& job,
                               const nlohmann::json& parameters,
                               JobState state,
                               const nlohmann::json& fields);
  /// The job's last record, with what other shards wrote until now; null when
  /// there is none.
  std::optional<JobRecord> Find(const StagingJob& job);
  std::optional<JobRecord> FindSameWork(const StagingJob& job);
  std::optional<JobRecord> FinishedWith(const std::filesystem::path& output);
  const std::filesystem::path& folder() const { return folder_; }
  int damaged_lines() const { return damaged_; }

  /// nullptr when another shard is at it; always granted to one alone.
  std::unique_ptr<JobClaim> Claim(const StagingJob& job);

 private:
  void MendTornTail();
  void Write(const std::string& lines);
  void Sync(int64_t written);
  void Refresh();

  std::filesystem::path folder_;
  ManifestSharing sharing_;
  int descriptor_ = -1;
  int claims_descriptor_ = -1;
  std::mutex mutex_;
  ManifestState state_;
  int64_t read_until_ = 0;
  bool inside_line_ = false;  ///< a write broke off and could not be undone
  int damaged_ = 0;
  std::atomic<int64_t> writes_ = 0;
  std::mutex sync_mutex_;
  int64_t synced_ = 0;  ///< of `writes_`
  int sync_error_ = 0;
};

/// True when every result is on disk as recorded: size and SHA-256.
bool OutputsIntact(const JobRecord& record);

/// The time now as "2026-11-20T12:34:56.789Z".
std::string TimestampUtc();

}  // namespace stage
