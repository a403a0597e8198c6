#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/stager.h"

namespace stage {

struct BatchReport;

enum class NoteLevel { kDebug, kInfo, kWarning, kError };

/// What a batch is about to do.
struct BatchTotals {
  int jobs = 0;       ///< all of this process's, those below included
  int finished = 0;   ///< done by an earlier run, nothing to do
  int in_flight = 1;  ///< most photos at a time
  std::string backend;
};

/// Watches a batch; the base class ignores everything. Implementations are
/// thread-safe: events come from the threads that work.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void BatchStarted(const BatchTotals& totals) {}
  virtual void JobStarted(const StagingJob& job) {}
  /// @param fraction  0..1 of the job
  virtual void JobPhase(const StagingJob& job,
                        const std::string& phase,
                        double fraction) {}
  virtual void JobFinished(const StagingJob& job,
                           const StageResult& result,
                           double seconds) {}
  virtual void JobFailed(const StagingJob& job, const Error& error) {}
  virtual void JobRetried(const StagingJob& job,
                          const Error& error,
                          int attempt,
                          double wait_s) {}
  /// @param reason  such as "finished before"
  virtual void JobSkipped(const StagingJob& job, const std::string& reason) {}
  /// The job was given back unfinished (interrupted, or batch stopped).
  virtual void JobAbandoned(const StagingJob& job) {}
  virtual void BatchFinished(const BatchReport& report) {}
  /// A line of text: warnings, decisions, diagnosis.
  virtual void Note(NoteLevel level, const std::string& text) {}
  /// Runs `print`, which writes to the terminal, while nothing else does.
  virtual void Aside(const std::function<void()>& print) { print(); }
};

enum class ProgressMode {
  kAuto,   ///< live on a terminal, else plain
  kPlain,  ///< a line an event
  kJson,   ///< a JSON object a line
  kNone,   ///< warnings and errors only
};
/// @throws Error(kUsage) with a suggestion
ProgressMode ParseProgressMode(const std::string& name);

enum class Verbosity { kQuiet, kNormal, kVerbose };

struct ProgressOptions {
  ProgressMode mode = ProgressMode::kAuto;
  Verbosity verbosity = Verbosity::kNormal;  ///< quiet: errors only
  std::FILE* stream = stderr;
};

/// The form of progress that suits the options and the stream. Live display
/// needs a terminal that is not TERM=dumb; NO_COLOR is obeyed.
std::unique_ptr<Progress> MakeProgress(const ProgressOptions& options);

}  // namespace stage
