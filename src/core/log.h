#pragma once

#include <filesystem>
#include <optional>

#include "core/progress.h"

namespace stage {

struct LogOptions {
  Verbosity verbosity = Verbosity::kNormal;
  /// Gets everything from info on (verbose: debug) with times; appended to.
  std::optional<std::filesystem::path> file;
  /// Gets warnings (verbose: info), so that log lines and a live display do
  /// not write over each other. May be nullptr; must outlive the logging.
  Progress* progress = nullptr;
};

/// Sets up spdlog's default logger; call once, before threads start.
/// @throws Error(kDisk) when the log file cannot be opened
void SetUpLogging(const LogOptions& options);

/// Writes out what is buffered and lets go of `LogOptions::progress`; log lines
/// go nowhere after it.
void ShutDownLogging();

}  // namespace stage
