#pragma once

#include <CLI/App.hpp>

#include "cli/context.h"

namespace stage::cli {

/// Gives every command of the finished tree its help: format and footer.
void DressHelp(CLI::App& application);

/// Parses the arguments and runs the command they name; help and version are
/// printed to stdout.
/// @throws Error; wrong usage as Error(kUsage) with a suggestion where a word
///         is near
void ParseAndRun(CLI::App& application,
                 Context& context,
                 int argument_count,
                 const char* const* arguments);

}  // namespace stage::cli
