#include "core/batch.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "core/credit_budget.h"
#include "core/digest.h"
#include "core/interrupt.h"
#include "core/job_attempt.h"
#include "core/manifest_file.h"
#include "core/manifest_journal.h"
#include "core/result_files.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int kRefusalsInARow = 3;  // then nothing else will go through either
constexpr double kLongestWait_s = 60;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool StopsBatch(ErrorKind kind) {
  return kind == ErrorKind::kCredentials || kind == ErrorKind::kCredits ||
         kind == ErrorKind::kModel || kind == ErrorKind::kDisk;
}

/// Kinds that stop the batch when they come job after job.
bool WearsOut(ErrorKind kind) {
  return kind == ErrorKind::kVendorUnavailable || kind == ErrorKind::kDevice;
}

json ErrorJson(const Error& error) {
  return {{"kind", ErrorKindName(error.kind())},
          {"message", ValidUtf8(error.what())}};
}

/// Runs one plan; RunBatch makes one and throws it away.
class BatchRunner {
 public:
  BatchRunner(const BatchPlan& plan,
              Stager& stager,
              const BatchOptions& options,
              Progress& progress)
      : plan_(plan), stager_(stager), options_(options), progress_(progress) {}

  BatchReport Run() {
    for (const StagingJob& job : plan_.jobs) stager_.CheckJob(job);
    OpenManifests();
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
  Manifest& ManifestOf(const StagingJob& job) {
    return *manifests_.at(job.output_folder);
  }

  bool IsShared() const { return plan_.shard && plan_.shard->count > 1; }

  void OpenManifests() {
    for (const StagingJob& job : plan_.jobs) {
      auto& manifest = manifests_[job.output_folder];
      if (manifest) continue;
      manifest = std::make_unique<Manifest>(
          job.output_folder,
          IsShared() ? ManifestSharing::kShards : ManifestSharing::kAlone);
      if (manifest->damaged_lines() > 0) {
        progress_.Note(NoteLevel::kWarning,
                       Utf8Path(ManifestPath(job.output_folder)) + ": " +
                           std::to_string(manifest->damaged_lines()) +
                           " damaged line(s) are left out");
      }
    }
  }

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
    for (auto& [folder, manifest] : manifests_) {
      std::vector<json>& lines = records[folder];
      lines.insert(lines.begin(), BatchRecord(folder));
      manifest->Append(std::move(lines));
    }
  }

  json BatchRecord(const fs::path& folder) const {
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    const auto jobs = std::count_if(
        plan_.jobs.begin(), plan_.jobs.end(), [&](const StagingJob& job) {
          return job.output_folder == folder;
        });
    json record = {{"record", "batch"},
                   {"schema", kManifestSchema},
                   {"stage", options_.stage_version},
                   {"jobs", jobs},
                   {"pid", getpid()},
                   {"host", ValidUtf8(host)}};
    if (plan_.shard) record["shard"] = ShardText(*plan_.shard);
    return record;
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
    if (IsShared()) {  // another shard may have done it since
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
      } catch (const Error& error) {
        outcome.seconds = SecondsSince(start);
        if (error.kind() == ErrorKind::kInterrupted) {
          return progress_.JobAbandoned(job);
        }
        if (MayRetry(error, outcome.attempts) &&
            WaitForRetry(job, error, outcome.attempts)) {
          continue;
        }
        const JobState state =
            journal.RecordFailure(FailureFields(outcome, error));
        return Fail(index, error, state);
      }
    }
  }

  static json FailureFields(const JobOutcome& outcome, const Error& error) {
    return {{"error", ErrorJson(error)}, {"seconds", outcome.seconds}};
  }

  void Succeed(size_t index, ManifestJournal& journal) {
    const StagingJob& job = plan_.jobs[index];
    JobOutcome& outcome = report_.outcomes[index];
    const StageResult& result = outcome.result;
    outcome.kind = result.pending ? OutcomeKind::kPending : OutcomeKind::kDone;
    if (!result.pending) RecordDone(job, outcome, journal);
    budget_.Settle(index, result.credits.value_or(0));
    {
      const std::lock_guard lock(mutex_);
      refusals_in_a_row_ = 0;
    }
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

  void RecordDone(const StagingJob& job,
                  const JobOutcome& outcome,
                  ManifestJournal& journal) {
    const StageResult& result = outcome.result;
    json fields = {{"outputs", OutputsJson(job.output_folder, result.outputs)},
                   {"engine", result.engine},
                   {"seconds", outcome.seconds}};
    if (!result.details.empty()) fields["details"] = result.details;
    if (result.credits) fields["credits"] = *result.credits;
    if (!result.warnings.empty()) fields["warnings"] = result.warnings;
    journal.Record(JobState::kDone, fields);
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
    bool worn_out = false;
    {
      const std::lock_guard lock(mutex_);
      refusals_in_a_row_ = WearsOut(error.kind()) ? refusals_in_a_row_ + 1 : 0;
      worn_out = refusals_in_a_row_ >= kRefusalsInARow;
    }
    if (StopsBatch(error.kind()) || worn_out) Stop(error);
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

  bool MayRetry(const Error& error, int attempts) {
    const std::lock_guard lock(mutex_);
    return WearsOut(error.kind()) && attempts <= options_.retries &&
           !report_.stopped_by;
  }

  /// False when interrupted while waiting.
  bool WaitForRetry(const StagingJob& job, const Error& error, int attempts) {
    std::random_device random;
    const double longest = std::min(
        kLongestWait_s, std::ldexp(options_.retry_wait_s, attempts - 1));
    const double wait_s =
        longest * std::uniform_real_distribution<double>(0.5, 1.0)(random);
    progress_.JobRetried(job, error, attempts + 1, wait_s);
    const Clock::time_point start = Clock::now();
    while (SecondsSince(start) < wait_s) {
      if (Interrupted()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
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
    // When nothing at all went through for one reason that is no photo's
    // fault, that is how the batch ended.
    std::optional<ErrorKind> common;
    std::string message;
    for (const JobOutcome& outcome : report_.outcomes) {
      if (!outcome.error_kind || (common && common != outcome.error_kind)) {
        return;
      }
      common = outcome.error_kind;
      message = outcome.error;
    }
    if (common && !ConcernsOnePhoto(*common) && report_.unplanned.empty()) {
      report_.stopped_by = common;
      report_.stop_message = message;
    }
  }

  const BatchPlan& plan_;
  Stager& stager_;
  const BatchOptions& options_;
  Progress& progress_;
  Clock::time_point start_ = Clock::now();
  FileDigests digests_;
  std::map<fs::path, std::unique_ptr<Manifest>> manifests_;
  std::map<size_t, std::vector<size_t>> followers_;  ///< of leaders
  int finished_before_ = 0;
  CreditBudget budget_{options_.max_credits};

  std::mutex mutex_;  ///< guards what follows, and why report_ stopped
  std::deque<size_t> queue_;
  int refusals_in_a_row_ = 0;
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
