#pragma once

#include <CLI/App.hpp>
#include <filesystem>

namespace stage::cli {

/// Options that every command has; the last two where there is a log.
struct GeneralOptions {
  std::filesystem::path config;  ///< read before parsing, see option_sources.h
  bool json = false;             ///< machine-readable results on stdout
  bool quiet = false;
  bool verbose = false;
  std::filesystem::path log_file;
};

void AddGeneralOptions(CLI::App& command, GeneralOptions& options);

/// --verbose and --log-file, for commands that log what they decide.
void AddLogOptions(CLI::App& command, GeneralOptions& options);

}  // namespace stage::cli
