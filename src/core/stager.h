#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/staging_job.h"

namespace stage {

/// The states of a job in the manifest, in the order they are gone through;
/// local jobs know only planned, done, failed and skipped.
enum class JobState {
  kPlanned,     ///< to be done
  kSubmitting,  ///< a paid request is about to leave, or has left
  kSubmitted,   ///< the vendor works on it; its id is known
  kFetching,    ///< the vendor is done; results are on their way
  kDone,        ///< results are checked and on disk
  kFailed,      ///< given up; nothing is owed
  kSkipped,     ///< decided against
};

/// The word used in the manifest, such as "submitting".
std::string_view JobStateName(JobState state);
/// nullopt for a word that this version does not know.
std::optional<JobState> ParseJobState(std::string_view name);

/// One written result file.
struct StagedFile {
  std::filesystem::path path;
  std::string sha256 = {};  ///< empty: the batch loop computes it
  int width = 0;
  int height = 0;
  /// What disclosure asked for beside it: labelled, original, ...
  std::vector<std::filesystem::path> companions = {};
};

/// What one job came to.
struct StageResult {
  std::vector<StagedFile> outputs;
  nlohmann::json engine = nlohmann::json::object();  ///< name, models, seed
  /// Free-form facts for the manifest: scene confidence, placed pieces with
  /// licence and author, timings, `room_changed`, what was fitted.
  nlohmann::json details = nlohmann::json::object();
  std::optional<double> credits;
  std::vector<std::string> warnings;
  /// True when fewer results than planned were made and no more will come;
  /// `warnings` says why. What is there counts as done.
  bool partial = false;
  /// True when the work was left with a vendor (--no-wait): there are no
  /// outputs yet, the journal says kSubmitted and a later run fetches them.
  bool pending = false;
};

/// Thrown for a photo that the operation is not for, such as a floor plan among
/// photos of rooms: it is left out, and nothing has failed.
class PhotoLeftOut : public Error {
 public:
  explicit PhotoLeftOut(const std::string& message)
      : Error(ErrorKind::kInput, message) {}
};

/// How a stager tells what it is doing; thread-safe. `phase` is one lower-case
/// word ("decode", "analyse", "render", ...), fraction 0..1 within the job.
class JobProgress {
 public:
  virtual ~JobProgress() = default;
  virtual void Phase(const std::string& phase, double fraction) = 0;
  /// True when the user asked to stop: give up at the next good moment by
  /// throwing Error(kInterrupted).
  virtual bool cancelled() const = 0;
};

/// A job's own page in the manifest, for backends whose work outlives the
/// process or costs money. Thread-safe.
class JobJournal {
 public:
  virtual ~JobJournal() = default;
  /// The job's last record (design.md, section 3), or null when there is none.
  /// "state" `submitting` without "remote" means that a paid request may have
  /// left; with "remote" the vendor's id is known and the result is fetched,
  /// never ordered again. "remote" in another state is of an earlier order,
  /// whose results the vendor may still hold.
  virtual nlohmann::json last_record() const = 0;
  /// Appends a record in this state; it is on disk when this returns. The last
  /// record's "remote" and unknown fields are kept unless `fields` has them.
  /// @param fields  for example {"remote": {"id": "r-17"}, "credits": 1}
  /// @throws Error(kDisk): then nothing may be sent
  virtual void Record(JobState state, const nlohmann::json& fields) = 0;
};

/// A backend: the local engine, or one vendor.
/// All of it may be called from several threads at once.
class Stager {
 public:
  virtual ~Stager() = default;
  /// Does the job and writes its results whole to `job.outputs`.
  /// @throws Error
  virtual StageResult Stage(const StagingJob& job, JobProgress& progress) = 0;
  /// The same with the job's journal; what the batch loop calls. A backend
  /// that pays records kSubmitting before the request leaves, kSubmitted with
  /// the vendor's id, kFetching, and kFailed when it has learnt that nothing
  /// is owed any more. When it throws in any of the first three states, the
  /// job stays in that state: a later run goes on from there.
  virtual StageResult StageJournaled(const StagingJob& job,
                                     JobProgress& progress,
                                     JobJournal& journal) {
    return Stage(job, progress);
  }
  /// Refuses what this backend cannot do before any job is begun or paid.
  /// @throws Error(kUsage) naming the option, and who has it
  virtual void CheckJob(const StagingJob& job) const {}
  /// What the job will cost, where that is known beforehand.
  virtual std::optional<double> EstimateCredits(const StagingJob& job) const {
    return std::nullopt;
  }
  /// How many jobs the batch loop should keep in flight.
  virtual int preferred_jobs_in_flight() const = 0;
};

}  // namespace stage
