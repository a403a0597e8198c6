#include "core/job_attempt.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <new>

#include "core/interrupt.h"
#include "core/job_phase.h"
#include "core/result_files.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

using Clock = std::chrono::steady_clock;

/// Tells progress what a stager says, and the stager when to give up.
class AttemptProgress : public JobProgress {
 public:
  AttemptProgress(const StagingJob& job,
                  std::optional<double> timeout_s,
                  Progress& progress)
      : job_(job), timeout_s_(timeout_s), progress_(progress) {}

  void Phase(const std::string& phase, double fraction) override {
    CountTime(phase != kQueuePhase);
    progress_.JobPhase(job_, phase, std::clamp(fraction, 0.0, 1.0));
  }
  bool cancelled() const override { return Interrupted() || timed_out(); }
  bool timed_out() const {
    const std::lock_guard lock(mutex_);
    const Clock::time_point until = queued_ ? *queued_ : Clock::now();
    return timeout_s_ &&
           until - start_ > std::chrono::duration<double>(*timeout_s_);
  }

 private:
  void CountTime(bool counts) {
    const std::lock_guard lock(mutex_);
    if (counts && queued_) {
      start_ += Clock::now() - *queued_;
      queued_.reset();
    } else if (!counts && !queued_) {
      queued_ = Clock::now();
    }
  }

  const StagingJob& job_;
  std::optional<double> timeout_s_;
  Progress& progress_;
  mutable std::mutex mutex_;
  Clock::time_point start_ = Clock::now();   ///< later by the time in queues
  std::optional<Clock::time_point> queued_;  ///< since when, while it is
};

void CheckResult(const StagingJob& job,
                 const BatchOptions& options,
                 StageResult& result) {
  RequireFiles(job, result);
  if (!options.check) return;
  try {
    options.check(job, result);
  } catch (const Error& error) {
    MoveToRejected(job.output_folder, result.outputs);
    throw ResultRefused(error.kind(), error.what());
  }
}

}  // namespace

StageResult AttemptJob(const StagingJob& job,
                       Stager& stager,
                       Manifest& manifest,
                       JobJournal& journal,
                       const BatchOptions& options,
                       Progress& progress) {
  AttemptProgress attempt(job, options.timeout_s, progress);
  const std::string name = Utf8Path(job.input);
  try {
    KeepEarlierResults(manifest, job, progress);
    StageResult result = stager.StageJournaled(job, attempt, journal);
    if (!result.pending) CheckResult(job, options, result);
    return result;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInterrupted || Interrupted()) throw;
    const std::string why = error.what();
    const bool says_more = why != "interrupted";
    throw Error(ErrorKind::kUnexpected,
                attempt.timed_out()
                    ? name + ": took longer than --timeout allows" +
                          (says_more ? ": " + why : "")
                    : name + ": given up: " + why);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::kDevice,
                name + ": out of memory; use --jobs 1, or close programs");
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kUnexpected, name + ": " + error.what());
  }
}

}  // namespace stage
