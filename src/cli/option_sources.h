#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace stage::cli {

/// Values for options that do not come from the command line: STAGE_<OPTION>
/// in the environment, and a TOML file whose top-level keys apply to every
/// command that has the option and whose tables apply to one command:
///
///     style = "scandinavian"
///     [generate]
///     variants = 2
///     disclose = ["metadata", "caption"]
///
/// The command line wins over the environment, that over the command's table,
/// that over the top level.
class OptionSources {
 public:
  /// Reads the file named by --config in `arguments`, else by STAGE_CONFIG,
  /// else the user's own, which may be missing. `arguments` that ask for help
  /// read nothing.
  /// @throws Error(kUsage) when it cannot be read or is not TOML
  static OptionSources Read(const std::vector<std::string>& arguments);

  /// Makes every command of the tree take its defaults from here when it is
  /// chosen. The object must outlive parsing.
  /// @throws Error(kUsage), from here for keys that no command has, while
  ///         parsing for values that an option refuses
  void AttachTo(CLI::App& application) const;

 private:
  using Values = std::map<std::string, std::vector<std::string>>;

  void CheckKeys(const CLI::App& application) const;
  void Apply(CLI::App& command) const;

  bool heeded_ = true;  ///< false while only help is asked for
  std::filesystem::path file_;
  Values general_;                            ///< key: values, top level
  std::map<std::string, Values> by_command_;  ///< table: key: values
};

/// "STAGE_LONG_EDGE" for the option --long-edge.
std::string EnvironmentName(const CLI::Option& option);

}  // namespace stage::cli
