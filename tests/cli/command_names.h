#pragma once

#include <string>
#include <vector>

#include "cli/run_stage.h"

namespace stage::test {

/// "presets list" as words.
std::vector<std::string> Words(const std::string& command);

/// What the section "Commands:" of a help lists.
std::vector<std::string> CommandsListedIn(const std::string& help);

/// Every command of the program as its help lists them, nested ones too; the
/// program itself is the empty name.
std::vector<std::string> AllCommandNames(const StageRun& run);

/// The long and short options a help lists, such as "-o" and "--output".
std::vector<std::string> OptionsListedIn(const std::string& help);

}  // namespace stage::test
