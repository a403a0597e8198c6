#include <mutex>
#include <nlohmann/json.hpp>

#include "core/batch.h"
#include "core/manifest.h"
#include "core/progress_forms.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

using nlohmann::json;

const char* LevelName(NoteLevel level) {
  switch (level) {
    case NoteLevel::kDebug:
      return "debug";
    case NoteLevel::kInfo:
      return "info";
    case NoteLevel::kWarning:
      return "warning";
    case NoteLevel::kError:
      return "error";
  }
  return "info";
}

json ErrorFields(const Error& error) {
  return {{"kind", ErrorKindName(error.kind())},
          {"message", ValidUtf8(error.what())}};
}

/// A JSON object an event and line.
class JsonProgress : public Progress {
 public:
  explicit JsonProgress(const ProgressOptions& options) : options_(options) {}

  void BatchStarted(const BatchTotals& totals) override {
    Print({{"event", "batch_started"},
           {"jobs", totals.jobs},
           {"finished_before", totals.finished},
           {"in_flight", totals.in_flight},
           {"backend", totals.backend}});
  }
  void JobStarted(const StagingJob& job) override {
    Print(JobEvent("job_started", job));
  }
  void JobPhase(const StagingJob& job,
                const std::string& phase,
                double fraction) override {
    json event = JobEvent("job_phase", job);
    event["phase"] = phase;
    event["fraction"] = fraction;
    Print(std::move(event));
  }
  void JobFinished(const StagingJob& job,
                   const StageResult& result,
                   double seconds) override {
    json event = JobEvent("job_finished", job);
    event["seconds"] = seconds;
    event["pending"] = result.pending;
    event["outputs"] = json::array();
    for (const StagedFile& file : result.outputs) {
      event["outputs"].push_back(Utf8Path(file.path));
    }
    if (result.credits) event["credits"] = *result.credits;
    Print(std::move(event));
  }
  void JobFailed(const StagingJob& job, const Error& error) override {
    json event = JobEvent("job_failed", job);
    event["error"] = ErrorFields(error);
    Print(std::move(event));
  }
  void JobRetried(const StagingJob& job,
                  const Error& error,
                  int attempt,
                  double wait_s) override {
    json event = JobEvent("job_retried", job);
    event["error"] = ErrorFields(error);
    event["attempt"] = attempt;
    event["wait_s"] = wait_s;
    Print(std::move(event));
  }
  void JobSkipped(const StagingJob& job, const std::string& reason) override {
    json event = JobEvent("job_skipped", job);
    event["reason"] = reason;
    Print(std::move(event));
  }
  void JobAbandoned(const StagingJob& job) override {
    Print(JobEvent("job_abandoned", job));
  }
  void BatchFinished(const BatchReport& report) override {
    json event = {{"event", "batch_finished"},
                  {"done", report.Count(OutcomeKind::kDone)},
                  {"finished_before", report.Count(OutcomeKind::kSkipped)},
                  {"copied", report.Count(OutcomeKind::kCopied)},
                  {"pending", report.Count(OutcomeKind::kPending)},
                  {"doubtful", report.Count(OutcomeKind::kDoubtful)},
                  {"left_out", report.Count(OutcomeKind::kLeftOut)},
                  {"failed", report.failures()},
                  {"not_run", report.Count(OutcomeKind::kNotRun)},
                  {"seconds", report.seconds},
                  {"credits", report.credits},
                  {"interrupted", report.interrupted}};
    if (report.stopped_by) {
      event["error"] = {{"kind", ErrorKindName(*report.stopped_by)},
                        {"message", ValidUtf8(report.stop_message)}};
    }
    Print(std::move(event));
  }
  void Note(NoteLevel level, const std::string& text) override {
    if (!IsShown(level, options_.verbosity)) return;
    Print({{"event", "note"},
           {"level", LevelName(level)},
           {"text", ValidUtf8(text)}});
  }
  void Aside(const std::function<void()>& print) override {
    const std::lock_guard lock(mutex_);
    print();
  }

 private:
  static json JobEvent(const char* event, const StagingJob& job) {
    return {{"event", event}, {"job", job.id}, {"input", Utf8Path(job.input)}};
  }
  void Print(json event) {
    event["at"] = TimestampUtc();
    const std::string line =
        event.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    const std::lock_guard lock(mutex_);
    std::fwrite(line.data(), 1, line.size(), options_.stream);
    std::fflush(options_.stream);
  }

  ProgressOptions options_;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<Progress> MakeJsonProgress(const ProgressOptions& options) {
  return std::make_unique<JsonProgress>(options);
}

}  // namespace stage
