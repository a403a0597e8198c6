#pragma once

#include "cli/general_options.h"
#include "core/log.h"

namespace stage::cli {

/// How much --quiet and --verbose ask for.
inline Verbosity VerbosityOf(const GeneralOptions& options) {
  if (options.quiet) return Verbosity::kQuiet;
  return options.verbose ? Verbosity::kVerbose : Verbosity::kNormal;
}

/// Logging as the options ask for, ended before the progress that it writes
/// to. One a process.
class LogGuard {
 public:
  LogGuard(const GeneralOptions& options, Progress& progress) {
    LogOptions log;
    log.verbosity = VerbosityOf(options);
    if (!options.log_file.empty()) log.file = options.log_file;
    log.progress = &progress;
    SetUpLogging(log);
  }
  ~LogGuard() { ShutDownLogging(); }
  LogGuard(const LogGuard&) = delete;
  LogGuard& operator=(const LogGuard&) = delete;
};

}  // namespace stage::cli
