#include "cli/general_options.h"

#include "cli/option_kinds.h"

namespace stage::cli {

namespace {

constexpr auto kGroup = "General";

}  // namespace

void AddGeneralOptions(CLI::App& command, GeneralOptions& options) {
  AddFlag(command,
          "--json",
          options.json,
          "Results as JSON on stdout; progress stays on stderr")
      ->group(kGroup);
  AddFlag(command, "-q,--quiet", options.quiet, "Print errors only")
      ->group(kGroup);
  AddPath(command,
          "--config",
          options.config,
          "FILE",
          "Read option defaults from this TOML file")
      ->default_str("$XDG_CONFIG_HOME/stage/config.toml")
      ->group(kGroup);
}

void AddLogOptions(CLI::App& command, GeneralOptions& options) {
  AddFlag(command,
          "-v,--verbose",
          options.verbose,
          "Say more about what is decided and why")
      ->group(kGroup);
  AddPath(command,
          "--log-file",
          options.log_file,
          "FILE",
          "Also write a detailed log to FILE (appended)")
      ->group(kGroup);
}

}  // namespace stage::cli
