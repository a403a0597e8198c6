#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "core/progress.h"

namespace stage {

/// One line of text an event, for logs, pipes and CI.
std::unique_ptr<Progress> MakePlainProgress(const ProgressOptions& options);

/// One JSON object a line: {"event", "job", "input", ...}; fields are added,
/// never renamed.
std::unique_ptr<Progress> MakeJsonProgress(const ProgressOptions& options);

/// A display redrawn in place: finished photos scroll by above a bar and the
/// photos in flight.
std::unique_ptr<Progress> MakeLiveProgress(const ProgressOptions& options);

/// True for a terminal on which lines can be written over.
bool CanRedraw(std::FILE* stream);

/// Whether a note is shown at this verbosity.
bool IsShown(NoteLevel level, Verbosity verbosity);

/// "3.2 s", "2 min 5 s", "1 h 12 min".
std::string DurationText(double seconds);

/// "kitchen.jpg -> staged/kitchen.jpg (3.2 s)", one line.
std::string FinishedText(const StagingJob& job,
                         const StageResult& result,
                         double seconds);

/// What a person should know when a batch has ended, one line: counts, time,
/// credits, and why it stopped.
std::string SummaryText(const BatchReport& report);

/// "warning: " and the like before a note.
const char* NotePrefix(NoteLevel level);

/// Estimates the time left of a batch: photos not begun at the mean pace so
/// far, those in flight by their fraction.
class TimeLeft {
 public:
  using Clock = std::chrono::steady_clock;
  void Begin(int jobs, int in_flight);
  void Finished(double seconds);
  /// @param open  jobs neither finished nor in flight
  /// @param in_flight_fraction  sum of the fractions of jobs in flight
  /// @return seconds, or a negative number while nothing is known
  double Estimate(int open, int in_flight, double in_flight_fraction) const;

 private:
  Clock::time_point start_;
  double finished_ = 0;
};

}  // namespace stage
