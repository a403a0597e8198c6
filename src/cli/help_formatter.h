#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>

namespace stage::cli {

/// Help as `stage` prints it: options in groups, values and defaults shown,
/// lines of at most 80 columns, the exit codes at the end.
std::shared_ptr<CLI::FormatterBase> MakeHelpFormatter();

/// "-o, --output DIR" or "--wait / --no-wait": an option as help names it.
std::string OptionSynopsis(const CLI::Option& option);

/// The description of an option with its default, as help prints it.
std::string OptionHelp(const CLI::Option& option);

/// "EXIT CODES" section that ends every help.
std::string ExitCodesHelp();

}  // namespace stage::cli
