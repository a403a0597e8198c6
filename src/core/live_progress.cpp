#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "core/batch.h"
#include "core/progress_forms.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kRedraw = std::chrono::milliseconds(120);
constexpr size_t kMostJobLines = 8;

int TerminalWidth(std::FILE* stream) {
  winsize size = {};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

/// The first `width` characters, counted as code points.
std::string Clipped(const std::string& text, int width) {
  int columns = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (columns++ == width) return text.substr(0, i);
  }
  return text;
}

std::string Bar(double fraction, int width) {
  const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * width);
  std::string bar = "[";
  bar.append(static_cast<size_t>(full), '=');
  if (full < width) bar += '>';
  bar.append(static_cast<size_t>(std::max(0, width - full - 1)), ' ');
  return bar + "]";
}

/// Keeps a block of lines at the bottom of the terminal up to date: the bar,
/// then the photos in flight. Everything else scrolls by above.
class LiveProgress : public Progress {
 public:
  explicit LiveProgress(const ProgressOptions& options)
      : options_(options), colors_(std::getenv("NO_COLOR") == nullptr) {}
  ~LiveProgress() override { StopDrawing(); }

  void BatchStarted(const BatchTotals& totals) override {
    const std::lock_guard lock(mutex_);
    totals_ = totals;
    ended_ = totals.finished;
    time_left_.Begin(totals.jobs, totals.in_flight);
    start_ = Clock::now();
    if (!drawer_.joinable()) {
      drawer_ = std::jthread([this](std::stop_token stop) { Draw(stop); });
    }
  }
  void JobStarted(const StagingJob& job) override {
    const std::lock_guard lock(mutex_);
    in_flight_.push_back(
        {&job, Utf8Path(job.input.filename()), "", 0, Clock::now()});
  }
  void JobPhase(const StagingJob& job,
                const std::string& phase,
                double fraction) override {
    const std::lock_guard lock(mutex_);
    for (Line& line : in_flight_) {
      if (line.job != &job) continue;
      line.phase = phase;
      line.fraction = fraction;
    }
  }
  void JobFinished(const StagingJob& job,
                   const StageResult& result,
                   double seconds) override {
    const std::lock_guard lock(mutex_);
    time_left_.Finished(seconds);
    End(job, Colored("32", "done   ") + FinishedText(job, result, seconds));
  }
  void JobFailed(const StagingJob& job, const Error& error) override {
    const std::lock_guard lock(mutex_);
    ++failed_;
    std::string text = Printable(ValidUtf8(error.what()));
    const std::string name = Utf8Path(job.input.filename());
    if (text.find(name) == std::string::npos) text = name + ": " + text;
    End(job, Colored("31", "failed ") + text);
  }
  void JobRetried(const StagingJob& job,
                  const Error& error,
                  int attempt,
                  double wait_s) override {
    const std::lock_guard lock(mutex_);
    PrintAbove(Colored("33", "retry  ") + Printable(ValidUtf8(error.what())) +
               " (in " + DurationText(wait_s) + ")");
  }
  void JobSkipped(const StagingJob& job, const std::string& reason) override {
    const std::lock_guard lock(mutex_);
    if (options_.verbosity == Verbosity::kVerbose) {
      PrintAbove("skip   " +
                 Printable(Utf8Path(job.input.filename()) + ": " + reason));
    }
  }
  void JobAbandoned(const StagingJob& job) override {
    const std::lock_guard lock(mutex_);
    End(job,
        "stop   " + Printable(Utf8Path(job.input.filename())) +
            ": given up, nothing was changed");
  }
  void BatchFinished(const BatchReport& report) override {
    StopDrawing();
    const std::lock_guard lock(mutex_);
    Write(SummaryText(report) + "\n");
  }
  void Note(NoteLevel level, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    if (IsShown(level, options_.verbosity)) {
      PrintAbove(NotePrefix(level) + Printable(text));
    }
  }
  void Aside(const std::function<void()>& print) override {
    const std::lock_guard lock(mutex_);
    Erase();
    print();
    Redraw();
  }

 private:
  struct Line {
    const StagingJob* job;
    std::string name;
    std::string phase;
    double fraction;
    Clock::time_point start;
  };

  std::string Colored(const char* code, const std::string& text) const {
    return colors_ ? std::string("\x1b[") + code + "m" + text + "\x1b[0m"
                   : text;
  }

  void End(const StagingJob& job, const std::string& line) {
    std::erase_if(in_flight_, [&](const Line& l) { return l.job == &job; });
    ++ended_;
    PrintAbove(line);
  }

  void Draw(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      Erase();
      Redraw();
      wake_.wait_for(lock, stop, kRedraw, [] { return false; });
    }
  }

  void StopDrawing() {
    if (drawer_.joinable()) {
      drawer_.request_stop();
      drawer_.join();
    }
    const std::lock_guard lock(mutex_);
    Erase();
  }

  void PrintAbove(const std::string& line) {
    Erase();
    Write(line + "\n");
    Redraw();
  }

  /// Clears the block and leaves the cursor where it began.
  void Erase() {
    if (drawn_lines_ == 0) return;
    Write("\r\x1b[" + std::to_string(drawn_lines_) + "A\x1b[J");
    drawn_lines_ = 0;
  }

  void Redraw() {
    if (!drawer_.joinable() || drawer_.get_stop_token().stop_requested()) {
      return;
    }
    const int width = TerminalWidth(options_.stream) - 1;
    std::string block = Clipped(BarLine(), width) + "\n";
    drawn_lines_ = 1;
    for (size_t i = 0; i < in_flight_.size() && i < kMostJobLines; ++i) {
      block += Clipped(JobLine(in_flight_[i]), width) + "\n";
      ++drawn_lines_;
    }
    if (in_flight_.size() > kMostJobLines) {
      block += "  and " + std::to_string(in_flight_.size() - kMostJobLines) +
               " more\n";
      ++drawn_lines_;
    }
    Write(block);
  }

  std::string BarLine() const {
    double fractions = 0;
    for (const Line& line : in_flight_) fractions += line.fraction;
    const int open =
        totals_.jobs - ended_ - static_cast<int>(in_flight_.size());
    const double whole = std::max(1, totals_.jobs);
    std::string text = Bar((ended_ + fractions) / whole, 24) + " " +
                       std::to_string(ended_) + "/" +
                       std::to_string(totals_.jobs) + " photos";
    if (failed_ > 0) text += ", " + std::to_string(failed_) + " failed";
    text += "  " +
            DurationText(
                std::chrono::duration<double>(Clock::now() - start_).count());
    const double left = time_left_.Estimate(
        std::max(0, open), static_cast<int>(in_flight_.size()), fractions);
    if (left >= 0) text += ", about " + DurationText(left) + " left";
    return text;
  }

  static std::string JobLine(const Line& line) {
    char percent[16] = "";
    if (line.fraction > 0) {
      std::snprintf(percent, sizeof percent, "%3.0f %%", line.fraction * 100);
    }
    const double seconds =
        std::chrono::duration<double>(Clock::now() - line.start).count();
    return "  " + Printable(line.name) + "  " + Printable(line.phase) + " " +
           percent + "  " + DurationText(seconds);
  }

  void Write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), options_.stream);
    std::fflush(options_.stream);
  }

  ProgressOptions options_;
  bool colors_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  BatchTotals totals_;
  Clock::time_point start_;
  TimeLeft time_left_;
  int ended_ = 0;
  int failed_ = 0;
  std::vector<Line> in_flight_;
  int drawn_lines_ = 0;
  std::jthread drawer_;
};

}  // namespace

std::unique_ptr<Progress> MakeLiveProgress(const ProgressOptions& options) {
  return std::make_unique<LiveProgress>(options);
}

}  // namespace stage
