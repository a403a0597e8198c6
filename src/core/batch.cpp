#include "core/batch.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <thread>

#include "core/digest.h"
#include "core/interrupt.h"
#include "core/manifest_file.h"
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

/// Tells progress what a stager says, and the stager when to give up.
class AttemptProgress : public JobProgress {
 public:
  AttemptProgress(const StagingJob& job,
                  std::optional<double> timeout_s,
                  Progress& progress)
      : job_(job), timeout_s_(timeout_s), progress_(progress) {}

  void Phase(const std::string& phase, double fraction) override {
    progress_.JobPhase(job_, phase, std::clamp(fraction, 0.0, 1.0));
  }
  bool cancelled() const override { return Interrupted() || timed_out(); }
  bool timed_out() const {
    return timeout_s_ && SecondsSince(start_) > *timeout_s_;
  }

 private:
  const StagingJob& job_;
  std::optional<double> timeout_s_;
  Progress& progress_;
  Clock::time_point start_ = Clock::now();
};

/// A job's page in the manifest of its folder.
class ManifestJournal : public JobJournal {
 public:
  ManifestJournal(Manifest& manifest, const StagingJob& job, json parameters)
      : manifest_(manifest), job_(job), parameters_(std::move(parameters)) {}

  json last_record() const override {
    const std::optional<JobRecord> own = manifest_.Find(job_);
    if (own && own->state != JobState::kPlanned) return own->json;
    const std::optional<JobRecord> same = manifest_.FindSameWork(job_);
    if (same && same->paid_or_underway()) return same->json;
    return own ? own->json : json();
  }
  void Record(JobState state, const json& fields) override {
    json all = fields;
    if (!all.contains("attempt")) all["attempt"] = attempt_;
    manifest_.AppendJob(job_, parameters_, state, all);
  }

  void BeginAttempt() {
    const std::optional<JobRecord> own = manifest_.Find(job_);
    attempt_ = (own ? own->attempt : 0) + 1;
  }
  /// Ends the job for now; what a vendor may still owe is not forgotten.
  JobState RecordFailure(const json& fields) {
    const json last = last_record();
    const JobState before =
        ParseJobState(last.is_object() ? last.value("state", "") : "")
            .value_or(JobState::kPlanned);
    const bool underway = before == JobState::kSubmitting ||
                          before == JobState::kSubmitted ||
                          before == JobState::kFetching;
    const JobState state = underway ? before : JobState::kFailed;
    json all = fields;
    if (underway && last.contains("remote")) all["remote"] = last["remote"];
    Record(state, all);
    return state;
  }
  json FinalRecord() const {
    const std::optional<JobRecord> own = manifest_.Find(job_);
    return own ? own->json : json::object();
  }

 private:
  Manifest& manifest_;
  const StagingJob& job_;
  json parameters_;
  int attempt_ = 1;
};

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

  void OpenManifests() {
    const bool shared = plan_.shard && plan_.shard->count > 1;
    for (const StagingJob& job : plan_.jobs) {
      auto& manifest = manifests_[job.output_folder];
      if (manifest) continue;
      manifest = std::make_unique<Manifest>(
          job.output_folder,
          shared ? ManifestSharing::kShards : ManifestSharing::kAlone);
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
    ++finished_before_;
    progress_.JobSkipped(job, "finished before");
    Report(job, record->json, outcome.kind);
  }

  /// Gives a photo the results that the same work had for another.
  void CopyFrom(const JobRecord& record, size_t index) {
    const StagingJob& job = plan_.jobs[index];
    JobOutcome& outcome = report_.outcomes[index];
    Manifest& manifest = ManifestOf(job);
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
    for (const size_t leader : queue_) {
      std::vector<size_t> members = {leader};
      const auto followers = followers_.find(leader);
      if (followers != followers_.end()) {
        members.insert(
            members.end(), followers->second.begin(), followers->second.end());
      }
      for (const size_t i : members) {
        const StagingJob& job = plan_.jobs[i];
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
        Stop(error.kind(), error.what());
        Fail(*index, error, OutcomeKind::kFailed);
      }
    }
  }

  std::optional<size_t> TakeNext() {
    const std::lock_guard lock(mutex_);
    if (Interrupted() || report_.stopped_by || queue_.empty()) return {};
    const size_t index = queue_.front();
    if (options_.max_credits && !FitsBudget(index)) return {};
    queue_.pop_front();
    return index;
  }

  /// With the lock held: reserves the job's estimate, or stops the batch.
  bool FitsBudget(size_t index) {
    const StagingJob& job = plan_.jobs[index];
    const double estimate = Decide(job) == JobAction::kContinue
                                ? 0
                                : stager_.EstimateCredits(job).value_or(0);
    const double committed = report_.credits + reserved_;
    const double most = *options_.max_credits;
    const bool fits = estimate > 0 ? committed + estimate <= most
                                   : committed < most || most == 0;
    if (fits) {
      reserved_ += estimate;
      estimates_[index] = estimate;
      return true;
    }
    report_.stopped_by = ErrorKind::kCredits;
    report_.stop_message = "stopped before " + Utf8Path(job.input.filename()) +
                           ": it would exceed --max-credits " +
                           json(most).dump() + " (" + json(committed).dump() +
                           " spent or reserved)";
    return false;
  }

  void RunJob(size_t index) {
    const StagingJob& job = plan_.jobs[index];
    const std::unique_ptr<JobClaim> claim = ManifestOf(job).Claim(job);
    if (claim == nullptr) {
      progress_.JobSkipped(job, "another shard is at it");
      return;
    }
    if (plan_.shard && Decide(job) == JobAction::kSkip) {
      Skip(index);
      return;
    }
    progress_.JobStarted(job);
    const Clock::time_point start = Clock::now();
    ManifestJournal journal(
        ManifestOf(job), job, ParametersJson(job, digests_));
    JobOutcome& outcome = report_.outcomes[index];
    for (outcome.attempts = 1;; ++outcome.attempts) {
      journal.BeginAttempt();
      try {
        outcome.result = Attempt(job, journal);
        outcome.seconds = SecondsSince(start);
        Succeed(index, journal);
        return;
      } catch (const Error& error) {
        outcome.seconds = SecondsSince(start);
        if (error.kind() == ErrorKind::kInterrupted) {
          progress_.JobAbandoned(job);
          return;
        }
        if (MayRetry(error, outcome.attempts) &&
            WaitForRetry(job, error, outcome.attempts)) {
          continue;
        }
        const JobState state = journal.RecordFailure(
            {{"error", ErrorJson(error)}, {"seconds", outcome.seconds}});
        Report(job,
               journal.FinalRecord(),
               state == JobState::kSubmitting ? OutcomeKind::kDoubtful
                                              : OutcomeKind::kFailed);
        Fail(index,
             error,
             state == JobState::kSubmitting ? OutcomeKind::kDoubtful
                                            : OutcomeKind::kFailed);
        return;
      }
    }
  }

  /// One attempt; every exception leaves as Error, told from the user's side.
  StageResult Attempt(const StagingJob& job, ManifestJournal& journal) {
    AttemptProgress attempt(job, options_.timeout_s, progress_);
    try {
      KeepEarlierResults(ManifestOf(job), job, progress_);
      StageResult result = stager_.StageJournaled(job, attempt, journal);
      if (!result.pending) CheckResult(job, result);
      return result;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kInterrupted && !Interrupted() &&
          attempt.timed_out()) {
        throw Error(ErrorKind::kUnexpected,
                    Utf8Path(job.input) + ": took longer than --timeout " +
                        json(*options_.timeout_s).dump() + " seconds");
      }
      throw;
    } catch (const std::bad_alloc&) {
      throw Error(ErrorKind::kDevice,
                  Utf8Path(job.input) +
                      ": out of memory; use --jobs 1, or close other programs");
    } catch (const std::exception& error) {
      throw Error(ErrorKind::kUnexpected,
                  Utf8Path(job.input) + ": " + error.what());
    }
  }

  void CheckResult(const StagingJob& job, StageResult& result) {
    RequireFiles(job, result);
    if (!options_.check) return;
    try {
      options_.check(job, result);
    } catch (const Error&) {
      MoveToRejected(job.output_folder, result.outputs);
      throw;
    }
  }

  void Succeed(size_t index, ManifestJournal& journal) {
    const StagingJob& job = plan_.jobs[index];
    JobOutcome& outcome = report_.outcomes[index];
    const StageResult& result = outcome.result;
    Manifest& manifest = ManifestOf(job);
    if (result.pending) {
      outcome.kind = OutcomeKind::kPending;
    } else {
      json fields = {
          {"outputs", OutputsJson(manifest.folder(), result.outputs)},
          {"engine", result.engine},
          {"seconds", outcome.seconds}};
      if (!result.details.empty()) fields["details"] = result.details;
      if (result.credits) fields["credits"] = *result.credits;
      if (!result.warnings.empty()) fields["warnings"] = result.warnings;
      journal.Record(JobState::kDone, fields);
      outcome.kind = OutcomeKind::kDone;
    }
    {
      const std::lock_guard lock(mutex_);
      refusals_in_a_row_ = 0;
      SettleCredits(index, result.credits.value_or(0));
    }
    Report(job, journal.FinalRecord(), outcome.kind);
    progress_.JobFinished(job, result, outcome.seconds);
    for (const std::string& warning : result.warnings) {
      progress_.Note(NoteLevel::kWarning,
                     Utf8Path(job.input.filename()) + ": " + warning);
    }
    const auto followers = followers_.find(index);
    if (followers == followers_.end()) return;
    for (const size_t follower : followers->second) {
      if (result.pending) {
        report_.outcomes[follower].kind = OutcomeKind::kPending;
      } else {
        CopyFrom(*manifest.Find(job), follower);
      }
    }
  }

  void Fail(size_t index, const Error& error, OutcomeKind kind) {
    std::vector<size_t> members = {index};
    if (const auto followers = followers_.find(index);
        followers != followers_.end()) {
      members.insert(
          members.end(), followers->second.begin(), followers->second.end());
    }
    for (const size_t member : members) {
      JobOutcome& outcome = report_.outcomes[member];
      outcome.kind = kind;
      outcome.error_kind = error.kind();
      outcome.error = error.what();
      progress_.JobFailed(plan_.jobs[member], error);
    }
    {
      const std::lock_guard lock(mutex_);
      SettleCredits(index, 0);
      refusals_in_a_row_ = WearsOut(error.kind()) ? refusals_in_a_row_ + 1 : 0;
    }
    if (StopsBatch(error.kind()) || refusals_in_a_row_ >= kRefusalsInARow) {
      Stop(error.kind(), error.what());
    }
  }

  void SettleCredits(size_t index, double charged) {
    report_.credits += charged;
    if (const auto estimate = estimates_.find(index);
        estimate != estimates_.end()) {
      reserved_ -= estimate->second;
      estimates_.erase(estimate);
    }
  }

  void Stop(ErrorKind kind, const std::string& message) {
    const std::lock_guard lock(mutex_);
    if (report_.stopped_by) return;
    report_.stopped_by = kind;
    report_.stop_message = message;
  }

  bool MayRetry(const Error& error, int attempts) {
    const std::lock_guard lock(mutex_);
    return WearsOut(error.kind()) && attempts <= options_.retries &&
           !report_.stopped_by;
  }

  /// False when interrupted while waiting.
  bool WaitForRetry(const StagingJob& job, const Error& error, int attempts) {
    std::random_device random;
    const double longest =
        std::min(kLongestWait_s, options_.retry_wait_s * (1 << (attempts - 1)));
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
    report_.interrupted = Interrupted();
    if (report_.stopped_by || report_.interrupted) return;
    // When nothing at all went through for one reason that is no photo's
    // fault, that is how the batch ended.
    std::optional<ErrorKind> common;
    for (const JobOutcome& outcome : report_.outcomes) {
      if (!outcome.error_kind || (common && common != outcome.error_kind)) {
        return;
      }
      common = outcome.error_kind;
      report_.stop_message = outcome.error;
    }
    if (common && !ConcernsOnePhoto(*common) && report_.unplanned.empty()) {
      report_.stopped_by = common;
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

  std::mutex mutex_;  ///< guards what follows, and report_'s sums and stop
  std::deque<size_t> queue_;
  std::map<size_t, double> estimates_;  ///< of jobs in flight
  double reserved_ = 0;
  int refusals_in_a_row_ = 0;
  BatchReport report_;
  std::mutex record_mutex_;
};

}  // namespace

std::string_view OutcomeName(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kDone:
      return "done";
    case OutcomeKind::kSkipped:
      return "skipped";
    case OutcomeKind::kCopied:
      return "copied";
    case OutcomeKind::kPending:
      return "pending";
    case OutcomeKind::kFailed:
      return "failed";
    case OutcomeKind::kDoubtful:
      return "doubtful";
    case OutcomeKind::kNotRun:
      return "not_run";
  }
  return "not_run";
}

int BatchReport::Count(OutcomeKind kind) const {
  return static_cast<int>(std::count_if(
      outcomes.begin(), outcomes.end(), [kind](const JobOutcome& outcome) {
        return outcome.kind == kind;
      }));
}

int BatchReport::failures() const {
  return Count(OutcomeKind::kFailed) + Count(OutcomeKind::kDoubtful) +
         static_cast<int>(unplanned.size());
}

BatchReport RunBatch(const BatchPlan& plan,
                     Stager& stager,
                     const BatchOptions& options,
                     Progress& progress) {
  return BatchRunner(plan, stager, options, progress).Run();
}

}  // namespace stage
