#pragma once

#include <filesystem>
#include <string>

#include "remote/pacing.h"

namespace stage::remote {

/// Runs a command line in the shell with a file's path behind it, and returns
/// what it printed (at most 64 KiB). Its standard error is the program's own.
/// @param option  where the command line comes from, for messages, which
///                never show the command itself: it may hold a secret
/// @throws Error(kInput) when it fails, prints more or takes longer than
///         `most_s`, Error(kInterrupted)
std::string RunShellCommand(const std::string& command,
                            const std::string& option,
                            const std::filesystem::path& file,
                            double most_s,
                            const Cancelled& cancelled);

}  // namespace stage::remote
