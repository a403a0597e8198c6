#include "core/batch.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "core/batch_manifests.h"
#include "core/credit_budget.h"
#include "core/digest.h"
#include "core/interrupt.h"
#include "core/job_attempt.h"
#include "core/manifest_journal.h"
#include "core/outcome_fields.h"
#include "core/result_files.h"
#include "core/retry_policy.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Runs one plan; RunBatch makes one and throws it away.
class BatchRunner {
 public:
  BatchRunner(const BatchPlan& plan,
              Stager& stager,
              const BatchOptions& options,
              Progress& progress)
      : plan_(plan),
        stager_(stager),
        options_(options),
        progress_(progress),
        retry_policy_(options.retries, options.retry_wait_s) {}

  BatchReport Run() {
    for (const StagingJob& job : plan_.jobs) stager_.CheckJob(job);
    manifests_.Open(plan_, progress_);
    Sort();
    WritePlan();
    const int in_flight = std::clamp(
        options_.jobs_in_flight.value_or(stager_.preferred_jobs_in_flight()),
        1,
        std::max(1, static_cast<int>(queue_.size())));
    progress_.BatchStarted(
        {.jobs = static_cast<int>(plan_.jobs.size()),
         .finished = finished_before_,
         .in_flight = in_flight,
         .backend = plan_.jobs.empty() ? "" : plan_.jobs.front().backend});
    for (const UnplannedPhoto& photo : plan_.unplanned) {
      progress_.Note(NoteLevel::kError, photo.message);
    }
    {
      std::vector<std::jthread> workers;
      for (int i = 1; i < in_flight; ++i) {
        workers.emplace_back([this] { Work(); });
      }
      Work();
    }
    Finish();
    progress_.BatchFinished(report_);
    return std::move(report_);
  }

 private:
  Manifest& ManifestOf(const StagingJob& job) { return manifests_.Of(job); }

  /// Decides what is to be done about each job, and in which order.
  void Sort() {
    report_.unplanned = plan_.unplanned;
    report_.outcomes.resize(plan_.jobs.size());
    std::map<std::pair<fs::path, std::string>, size_t> leaders;
    for (size_t i = 0; i < plan_.jobs.size(); ++i) {
      const StagingJob& job = plan_.jobs[i];
      report_.outcomes[i].job = job;
      const JobAction action = Decide(job);
      if (action == JobAction::kSkip) {
        Skip(i);
        ++finished_before_;
      } else if (action == JobAction::kCopy) {
        CopyFrom(*ManifestOf(job).FindSameWork(job), i);
        ++finished_before_;
      } else {
        const auto [leader, is_first] =
            leaders.emplace(std::pair(job.output_folder, job.id), i);
        if (is_first) {
          queue_.push_back(i);
        } else {
          followers_[leader->second].push_back(i);
        }
      }
    }
  }

  JobAction Decide(const StagingJob& job) {
    Manifest& manifest = ManifestOf(job);
    const std::optional<JobRecord> own = manifest.Find(job);
    const std::optional<JobRecord> same = manifest.FindSameWork(job);
    return DecideAction(
        own ? &*own : nullptr, same ? &*same : nullptr, options_.resume);
  }

  void Skip(size_t index) {
    const StagingJob& job = plan_.jobs[index];
    JobOutcome& outcome = report_.outcomes[index];
    const std::optional<JobRecord> record = ManifestOf(job).Find(job);
    outcome.kind = OutcomeKind::kSkipped;
    outcome.result.outputs = record->outputs;
    progress_.JobSkipped(job, "finished before");
    Report(job, record->json, outcome.kind);
  }

  /// Gives a photo the results that the same work had for another.
  void CopyFrom(const JobRecord& record, size_t index) {
    const StagingJob& job = plan_.jobs[index];
    JobOutcome& outcome = report_.outcomes[index];
    Manifest& manifest = ManifestOf(job);
    KeepEarlierResults(manifest, job, progress_);
    outcome.result.outputs = CopyResults(record.outputs, job.outputs);
    json fields = {
        {"outputs", OutputsJson(manifest.folder(), outcome.result.outputs)},
        {"copied_from", record.json.value("input", "")}};
    for (const char* name : {"engine", "details"}) {
      if (record.json.contains(name)) fields[name] = record.json[name];
    }
    manifest.AppendJob(
        job, ParametersJson(job, digests_), JobState::kDone, fields);
    outcome.kind = OutcomeKind::kCopied;
    progress_.JobSkipped(job,
                         "same photo and wishes as " +
                             Utf8Path(record.input.filename()) + ", copied");
    Report(job, manifest.Find(job)->json, outcome.kind);
  }

  /// The batch's record and one for every job ahead, in one write a folder.
  void WritePlan() {
    std::map<fs::path, std::vector<json>> records;
    // Held until all is written: another shard's `submitting` must not be
    // followed by a `planned` that was decided before it.
    std::vector<std::unique_ptr<JobClaim>> claims;
    for (const size_t leader : queue_) {
      std::vector<size_t> members = {leader};
      const auto followers = followers_.find(leader);
      if (followers != followers_.end()) {
        members.insert(
            members.end(), followers->second.begin(), followers->second.end());
      }
      for (const size_t i : members) {
        const StagingJob& job = plan_.jobs[i];
        claims.push_back(ManifestOf(job).Claim(job));
        if (claims.back() == nullptr) continue;
        const std::optional<JobRecord> own = ManifestOf(job).Find(job);
        if (own &&
            (own->paid_or_underway() || own->state == JobState::kPlanned)) {
          continue;
        }
        records[job.output_folder].push_back(ManifestOf(job).NextJobRecord(
            job, ParametersJson(job, digests_), JobState::kPlanned, {}));
      }
    }
    manifests_.AppendPlan(plan_, options_.stage_version, std::move(records));
  }

  void Work() {
    while (const std::optional<size_t> index = TakeNext()) {
      try {
        RunJob(*index);
      } catch (const Error& error) {  // the manifest itself cannot be written
        StopAt(*index, error);
      } catch (const std::exception& error) {
        StopAt(*index, Error(ErrorKind::kUnexpected, error.what()));
      }
    }
  }

  /// The next job that may begin, or nothing when the batch is over.
  std::optional<size_t> TakeNext() {
    const std::lock_guard lock(mutex_);
    if (Interrupted() || report_.stopped_by || queue_.empty()) return {};
    const size_t index = queue_.front();
    const StagingJob& job = plan_.jobs[index];
    if (!budget_.Reserve(index, ExpectedCredits(job))) {
      report_.stopped_by = ErrorKind::kCredits;
      report_.stop_message =
          Utf8Path(job.input.filename()) + " could exceed " + budget_.Text();
      return {};
    }
    queue_.pop_front();
    return index;
  }

  std::optional<double> ExpectedCredits(const StagingJob& job) {
    const bool is_free = job.backend == "local" ||
                         Decide(job) == JobAction::kContinue;  // charged before
    return is_free ? 0 : stager_.EstimateCredits(job);
  }

  void RunJob(size_t index) {
    const StagingJob& job = plan_.jobs[index];
    Manifest& manifest = ManifestOf(job);
    const std::unique_ptr<JobClaim> claim = manifest.Claim(job);
    if (claim == nullptr) {
      progress_.JobSkipped(job, "another shard is at it");
      return;
    }
    if (manifests_.shared()) {  // another shard may have done it since
      const JobAction action = Decide(job);
      if (action == JobAction::kSkip) return Skip(index);
      if (action == JobAction::kCopy) {
        return CopyFrom(*manifest.FindSameWork(job), index);
      }
    }
    progress_.JobStarted(job);
    const Clock::time_point start = Clock::now();
    const json parameters = ParametersJson(job, digests_);
    ManifestJournal journal(manifest, job, parameters);
    JobOutcome& outcome = report_.outcomes[index];
    while (true) {
      ++outcome.attempts;
      journal.BeginAttempt();
      try {
        outcome.result =
            AttemptJob(job, stager_, manifest, journal, options_, progress_);
        outcome.seconds = SecondsSince(start);
        return Succeed(index, journal);
      } catch (const ResultRefused& error) {
        outcome.seconds = SecondsSince(start);
        journal.Record(JobState::kFailed, FailureFields(outcome, error));
        return Fail(index, error, JobState::kFailed);
      } catch (const PhotoLeftOut& why) {
        return LeaveOut(index, why.what(), journal);
      } catch (const Error& error) {
        outcome.seconds = SecondsSince(start);
        if (error.kind() == ErrorKind::kInterrupted) {
          return progress_.JobAbandoned(job);
        }
        if (WaitForRetry(job, error, outcome.attempts)) continue;
        const JobState state =
            journal.RecordFailure(FailureFields(outcome, error));
        return Fail(index, error, state);
      }
    }
  }

  void Succeed(size_t index, ManifestJournal& journal) {
    const StagingJob& job = plan_.jobs[index];
    JobOutcome& outcome = report_.outcomes[index];
    const StageResult& result = outcome.result;
    outcome.kind = result.pending ? OutcomeKind::kPending : OutcomeKind::kDone;
    if (!result.pending) {
      journal.Record(JobState::kDone, DoneFields(job, outcome));
    }
    budget_.Settle(index, result.credits.value_or(0));
    retry_policy_.NoteSuccess();
    Report(job, journal.last_record(), outcome.kind);
    progress_.JobFinished(job, result, outcome.seconds);
    for (const std::string& warning : result.warnings) {
      progress_.Note(NoteLevel::kWarning,
                     Utf8Path(job.input.filename()) + ": " + warning);
    }
    for (const size_t follower : FollowersOf(index)) {
      if (result.pending) {
        report_.outcomes[follower].kind = OutcomeKind::kPending;
      } else {
        CopyFrom(*ManifestOf(job).Find(job), follower);
      }
    }
  }

  /// @param state  what the job was left in: a vendor may still have it
  void Fail(size_t index, const Error& error, JobState state) {
    // What a vendor has or may have counts as charged.
    const bool is_owed = state != JobState::kFailed;
    budget_.Settle(
        index,
        is_owed ? stager_.EstimateCredits(plan_.jobs[index]).value_or(0) : 0);
    const OutcomeKind kind = state == JobState::kSubmitting
                                 ? OutcomeKind::kDoubtful
                                 : OutcomeKind::kFailed;
    SetFailed(index, error, kind);
    for (const size_t follower : FollowersOf(index)) {
      if (state == JobState::kFailed) {
        const StagingJob& job = plan_.jobs[follower];
        const json parameters = ParametersJson(job, digests_);
        ManifestJournal(ManifestOf(job), job, parameters)
            .RecordFailure({{"error", ErrorJson(error)}});
      }
      SetFailed(follower, error, kind);
    }
    const bool worn_out = retry_policy_.NoteFailure(error.kind());
    if (StopsBatch(error.kind()) || worn_out) Stop(error);
  }

  /// Ends a job, and those with the same photo, that nothing is made of.
  void LeaveOut(size_t index,
                const std::string& why,
                ManifestJournal& journal) {
    budget_.Settle(index, 0);
    const json fields = {{"reason", ValidUtf8(why)}};
    journal.Record(JobState::kSkipped, fields);
    NoteLeftOut(index, why);
    for (const size_t follower : FollowersOf(index)) {
      const StagingJob& job = plan_.jobs[follower];
      const json parameters = ParametersJson(job, digests_);
      ManifestJournal(ManifestOf(job), job, parameters)
          .Record(JobState::kSkipped, fields);
      NoteLeftOut(follower, why);
    }
  }

  void NoteLeftOut(size_t index, const std::string& why) {
    const StagingJob& job = plan_.jobs[index];
    report_.outcomes[index].kind = OutcomeKind::kLeftOut;
    Report(job, ManifestOf(job).Find(job)->json, OutcomeKind::kLeftOut);
    progress_.Note(NoteLevel::kWarning, why);
    progress_.JobSkipped(job, why);
  }

  /// Without another look at the manifest, which may be what is broken.
  void StopAt(size_t index, const Error& error) {
    Stop(error);
    SetOutcome(index, error, OutcomeKind::kFailed);
    progress_.JobFailed(plan_.jobs[index], error);
  }

  void SetOutcome(size_t index, const Error& error, OutcomeKind kind) {
    JobOutcome& outcome = report_.outcomes[index];
    outcome.kind = kind;
    outcome.error_kind = error.kind();
    outcome.error = error.what();
  }

  void SetFailed(size_t index, const Error& error, OutcomeKind kind) {
    const StagingJob& job = plan_.jobs[index];
    SetOutcome(index, error, kind);
    if (const std::optional<JobRecord> record = ManifestOf(job).Find(job)) {
      Report(job, record->json, kind);
    }
    progress_.JobFailed(job, error);
  }

  std::vector<size_t> FollowersOf(size_t leader) const {
    const auto followers = followers_.find(leader);
    return followers == followers_.end() ? std::vector<size_t>()
                                         : followers->second;
  }

  void Stop(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (report_.stopped_by) return;
    report_.stopped_by = error.kind();
    report_.stop_message = error.what();
  }

  /// False when it is not to be tried again.
  bool WaitForRetry(const StagingJob& job, const Error& error, int attempts) {
    {
      const std::lock_guard lock(mutex_);
      if (report_.stopped_by) return false;
    }
    if (!retry_policy_.MayRetry(error.kind(), attempts)) return false;
    const double wait_s = retry_policy_.WaitBeforeRetry(attempts);
    progress_.JobRetried(job, error, attempts + 1, wait_s);
    return WaitUninterrupted(wait_s);
  }

  void Report(const StagingJob& job, json record, OutcomeKind kind) {
    if (!options_.on_record) return;
    record["outcome"] = OutcomeName(kind);
    const std::lock_guard lock(record_mutex_);
    options_.on_record(job, record);
  }

  void Finish() {
    report_.seconds = SecondsSince(start_);
    report_.credits = budget_.spent();
    report_.interrupted = Interrupted();
    if (report_.stopped_by || report_.interrupted) return;
    report_.NoteCommonError();
  }

  const BatchPlan& plan_;
  Stager& stager_;
  const BatchOptions& options_;
  Progress& progress_;
  Clock::time_point start_ = Clock::now();
  FileDigests digests_;
  BatchManifests manifests_;
  std::map<size_t, std::vector<size_t>> followers_;  ///< of leaders
  int finished_before_ = 0;
  CreditBudget budget_{options_.max_credits};
  RetryPolicy retry_policy_;

  std::mutex mutex_;  ///< guards what follows, and why report_ stopped
  std::deque<size_t> queue_;
  BatchReport report_;
  std::mutex record_mutex_;
};

}  // namespace

BatchReport RunBatch(const BatchPlan& plan,
                     Stager& stager,
                     const BatchOptions& options,
                     Progress& progress) {
  return BatchRunner(plan, stager, options, progress).Run();
}

}  // namespace stage
