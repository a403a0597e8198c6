#pragma once

#include <filesystem>

#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace stage::cli {

/// What every command gets from main besides its own options.
struct Context {
  const CLI::App* application = nullptr;  ///< the whole tree of commands
  ExitCode exit_code = ExitCode::kOk;     ///< set by the command that ran
};

}  // namespace stage::cli
