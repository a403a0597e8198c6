#include "core/progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "core/batch.h"
#include "core/progress_forms.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

void AppendCount(int count, const char* word, std::string& text) {
  if (count == 0) return;
  if (!text.empty()) text += ", ";
  text += std::to_string(count) + " " + word;
}

}  // namespace

ProgressMode ParseProgressMode(const std::string& name) {
  if (name == "auto") return ProgressMode::kAuto;
  if (name == "plain") return ProgressMode::kPlain;
  if (name == "json") return ProgressMode::kJson;
  if (name == "none") return ProgressMode::kNone;
  throw Error(
      ErrorKind::kUsage,
      UnknownWordMessage("progress", name, {"auto", "plain", "json", "none"}));
}

std::unique_ptr<Progress> MakeProgress(const ProgressOptions& options) {
  if (options.mode == ProgressMode::kJson) return MakeJsonProgress(options);
  ProgressOptions chosen = options;
  if (options.mode == ProgressMode::kNone &&
      options.verbosity == Verbosity::kNormal) {
    chosen.verbosity = Verbosity::kQuiet;
  }
  const bool live = options.mode == ProgressMode::kAuto &&
                    chosen.verbosity != Verbosity::kQuiet &&
                    CanRedraw(options.stream);
  return live ? MakeLiveProgress(chosen) : MakePlainProgress(chosen);
}

bool CanRedraw(std::FILE* stream) {
  const char* terminal = std::getenv("TERM");
  return isatty(fileno(stream)) != 0 && terminal != nullptr &&
         std::strcmp(terminal, "dumb") != 0;
}

bool IsShown(NoteLevel level, Verbosity verbosity) {
  switch (verbosity) {
    case Verbosity::kQuiet:
      return level == NoteLevel::kError;
    case Verbosity::kNormal:
      return level >= NoteLevel::kWarning;
    case Verbosity::kVerbose:
      return true;
  }
  return true;
}

const char* NotePrefix(NoteLevel level) {
  if (level == NoteLevel::kError) return "error: ";
  return level == NoteLevel::kWarning ? "warning: " : "";
}

std::string DurationText(double seconds) {
  char text[48];
  if (seconds < 59.95) {
    std::snprintf(
        text, sizeof text, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    return text;
  }
  const auto whole = static_cast<long long>(std::lround(seconds));
  if (whole < 3600) {
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) +
           " s";
  }
  return std::to_string(whole / 3600) + " h " +
         std::to_string(whole / 60 % 60) + " min";
}

std::string FinishedText(const StagingJob& job,
                         const StageResult& result,
                         double seconds) {
  std::string text = Utf8Path(job.input.filename());
  if (result.pending) return Printable(text + ": left with " + job.backend);
  text += " -> ";
  for (size_t i = 0; i < result.outputs.size(); ++i) {
    if (i > 0) text += ", ";
    text += Utf8Path(i == 0 ? result.outputs[i].path
                            : result.outputs[i].path.filename());
  }
  return Printable(text + " (" + DurationText(seconds) + ")");
}

std::string SummaryText(const BatchReport& report) {
  std::string text;
  AppendCount(report.Count(OutcomeKind::kDone), "done", text);
  AppendCount(report.Count(OutcomeKind::kSkipped), "finished before", text);
  AppendCount(report.Count(OutcomeKind::kCopied), "copied", text);
  AppendCount(
      report.Count(OutcomeKind::kPending), "left with the vendor", text);
  AppendCount(report.Count(OutcomeKind::kLeftOut), "left out", text);
  AppendCount(report.failures(), "failed", text);
  AppendCount(report.Count(OutcomeKind::kNotRun), "not begun", text);
  if (text.empty()) text = "nothing to do";
  text += " in " + DurationText(report.seconds);
  if (report.credits > 0) {
    char credits[48];
    std::snprintf(credits, sizeof credits, ", %g credits", report.credits);
    text += credits;
  }
  if (const int doubtful = report.Count(OutcomeKind::kDoubtful)) {
    text += "; " + std::to_string(doubtful) +
            " may have been taken by the vendor: see 'stage status'";
  }
  if (report.interrupted) {
    text += "; interrupted, the same command goes on from here";
  } else if (report.stopped_by) {
    text += "; stopped: " + report.stop_message;
  }
  return Printable(text);
}

void TimeLeft::Begin(int jobs, int in_flight) {
  start_ = Clock::now();
  finished_ = 0;
}

void TimeLeft::Finished(double seconds) { finished_ += 1; }

double TimeLeft::Estimate(int open,
                          int in_flight,
                          double in_flight_fraction) const {
  // Work done since the start, in photos, tells the pace of all workers.
  const double done = finished_ + in_flight_fraction;
  const double elapsed =
      std::chrono::duration<double>(Clock::now() - start_).count();
  if (done < 0.25 || elapsed < 1) return -1;
  const double left = open + in_flight - in_flight_fraction;
  return std::max(0.0, elapsed / done * left);
}

}  // namespace stage
