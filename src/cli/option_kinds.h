#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace stage::cli {

/// The kinds of options `stage` has. Each sets what help shows (the word for
/// the value, range, default), checks values, and words its complaints for
/// people: a wrong word gets a suggestion. `names` is CLI11's "-o,--output".

/// Free text; `type` is the word help shows for the value, such as "TEXT".
CLI::Option* AddText(CLI::App& command,
                     const std::string& names,
                     std::string& value,
                     const std::string& type,
                     const std::string& help);

/// A path; `type` is FILE, DIR or FILE|DIR. Not checked for existence here.
CLI::Option* AddPath(CLI::App& command,
                     const std::string& names,
                     std::filesystem::path& value,
                     const std::string& type,
                     const std::string& help);

/// Text that may be given several times, one value each time.
CLI::Option* AddTexts(CLI::App& command,
                      const std::string& names,
                      std::vector<std::string>& values,
                      const std::string& type,
                      const std::string& help);

/// The positional arguments.
CLI::Option* AddArguments(CLI::App& command,
                          const std::string& name,
                          std::vector<std::string>& values,
                          const std::string& help);

/// One of a few words; `kind` names them in complaints ("unknown <kind> 'x'").
CLI::Option* AddWord(CLI::App& command,
                     const std::string& names,
                     std::string& value,
                     const std::vector<std::string>& words,
                     const std::string& kind,
                     const std::string& help);

/// The limits of a number, both allowed.
template <typename T>
struct Limits {
  T least;
  T most;
};

CLI::Option* AddInteger(CLI::App& command,
                        const std::string& names,
                        int& value,
                        Limits<int> limits,
                        const std::string& help);
CLI::Option* AddInteger(CLI::App& command,
                        const std::string& names,
                        std::optional<int>& value,
                        Limits<int> limits,
                        const std::string& help);
CLI::Option* AddNumber(CLI::App& command,
                       const std::string& names,
                       double& value,
                       Limits<double> limits,
                       const std::string& help);
CLI::Option* AddNumber(CLI::App& command,
                       const std::string& names,
                       std::optional<double>& value,
                       Limits<double> limits,
                       const std::string& help);
/// 0 to 2^64 - 1.
CLI::Option* AddSeed(CLI::App& command,
                     const std::string& names,
                     uint64_t& value,
                     const std::string& help);
/// A number of bytes: 3000000, 3000k, 3M or 3G (powers of ten).
CLI::Option* AddBytes(CLI::App& command,
                      const std::string& names,
                      std::optional<int64_t>& value,
                      const std::string& help);

/// A flag; "--wait,!--no-wait" gives it a way to be taken back.
CLI::Option* AddFlag(CLI::App& command,
                     const std::string& names,
                     bool& value,
                     const std::string& help);

/// The words an option made by AddWord takes, for help and completions;
/// empty for the others.
std::vector<std::string> WordsOf(const CLI::Option& option);

}  // namespace stage::cli
