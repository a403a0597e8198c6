#include <mutex>

#include "core/batch.h"
#include "core/progress_forms.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

/// "[3/40] kitchen.jpg -> staged/kitchen.jpg (3.2 s)", a line an event.
class PlainProgress : public Progress {
 public:
  explicit PlainProgress(const ProgressOptions& options) : options_(options) {}

  void BatchStarted(const BatchTotals& totals) override {
    const std::lock_guard lock(mutex_);
    jobs_ = totals.jobs;
    ended_ = totals.finished;
    if (!IsQuiet() && totals.finished > 0) {
      Print(std::to_string(totals.finished) + " of " +
            std::to_string(totals.jobs) + " photos were finished before");
    }
  }
  void JobStarted(const StagingJob& job) override {
    const std::lock_guard lock(mutex_);
    if (options_.verbosity == Verbosity::kVerbose) {
      Print(Name(job) + ": started");
    }
  }
  void JobFinished(const StagingJob& job,
                   const StageResult& result,
                   double seconds) override {
    const std::lock_guard lock(mutex_);
    ++ended_;
    if (!IsQuiet()) Print(Counter() + FinishedText(job, result, seconds));
  }
  void JobFailed(const StagingJob& job, const Error& error) override {
    const std::lock_guard lock(mutex_);
    ++ended_;
    Print(Counter() + "failed: " + WithName(job, error));
  }
  void JobRetried(const StagingJob& job,
                  const Error& error,
                  int attempt,
                  double wait_s) override {
    const std::lock_guard lock(mutex_);
    if (IsQuiet()) return;
    Print("retry in " + DurationText(wait_s) + ": " + WithName(job, error));
  }
  void JobSkipped(const StagingJob& job, const std::string& reason) override {
    const std::lock_guard lock(mutex_);
    if (options_.verbosity == Verbosity::kVerbose) {
      Print(Name(job) + ": " + reason);
    }
  }
  void JobAbandoned(const StagingJob& job) override {
    const std::lock_guard lock(mutex_);
    if (!IsQuiet()) Print(Name(job) + ": given up, nothing was changed");
  }
  void BatchFinished(const BatchReport& report) override {
    const std::lock_guard lock(mutex_);
    if (!IsQuiet()) Print(SummaryText(report));
  }
  void Note(NoteLevel level, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    if (IsShown(level, options_.verbosity)) Print(NotePrefix(level) + text);
  }
  void Aside(const std::function<void()>& print) override {
    const std::lock_guard lock(mutex_);
    print();
  }

 private:
  bool IsQuiet() const { return options_.verbosity == Verbosity::kQuiet; }
  std::string Counter() const {
    return "[" + std::to_string(ended_) + "/" + std::to_string(jobs_) + "] ";
  }
  static std::string Name(const StagingJob& job) {
    return Utf8Path(job.input.filename());
  }
  /// The error's text, which nearly always names its file already.
  static std::string WithName(const StagingJob& job, const Error& error) {
    const std::string text = ValidUtf8(error.what());
    return text.find(Name(job)) == std::string::npos ? Name(job) + ": " + text
                                                     : text;
  }
  void Print(const std::string& line) {
    std::fprintf(options_.stream, "%s\n", Printable(line).c_str());
    std::fflush(options_.stream);
  }

  ProgressOptions options_;
  std::mutex mutex_;
  int jobs_ = 0;
  int ended_ = 0;
};

}  // namespace

std::unique_ptr<Progress> MakePlainProgress(const ProgressOptions& options) {
  return std::make_unique<PlainProgress>(options);
}

}  // namespace stage
