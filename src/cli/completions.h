#pragma once

#include <CLI/App.hpp>
#include <string>

namespace stage::cli {

/// Completion scripts for a shell, written from the tree of commands, so that
/// they never lack an option. Styles and rooms are asked of `stage presets
/// list` when completing.
std::string BashCompletions(const CLI::App& application);
std::string ZshCompletions(const CLI::App& application);
std::string FishCompletions(const CLI::App& application);

}  // namespace stage::cli
