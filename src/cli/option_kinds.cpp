#include "cli/option_kinds.h"

#include <charconv>
#include <cmath>
#include <sstream>

#include "core/suggestion.h"

namespace stage::cli {
namespace {

template <typename T>
bool ParseWhole(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  return problem == std::errc() && stop == end && !text.empty();
}

template <typename T>
std::string Shown(T value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

/// "1 to 20", or "0 or more" where the upper limit only guards against slips.
template <typename T>
std::string RangeText(Limits<T> limits) {
  if (static_cast<double>(limits.most) >= 1e9) {
    return Shown(limits.least) + " or more";
  }
  return Shown(limits.least) + " to " + Shown(limits.most);
}

/// Complains unless the text is a number within the limits.
template <typename T>
CLI::Validator WithinLimits(Limits<T> limits, const std::string& noun) {
  return CLI::Validator(
      [limits, noun](std::string& text) -> std::string {
        T value{};
        if (ParseWhole(text, value) && value >= limits.least &&
            value <= limits.most) {
          return {};
        }
        return "must be " + noun + ", " + RangeText(limits) + ", not '" + text +
               "'";
      },
      "");
}

/// The common shape of a number option over an optional or a plain variable.
template <typename T, typename Value>
CLI::Option* AddLimited(CLI::App& command,
                        const std::string& names,
                        Value& value,
                        Limits<T> limits,
                        const std::string& noun,
                        const std::string& help) {
  CLI::Option* option = command.add_option_function<std::string>(
      names,
      [&value](const std::string& text) {
        T number{};
        ParseWhole(text, number);
        value = number;
      },
      help + " (" + RangeText(limits) + ")");
  return option->check(WithinLimits(limits, noun))->type_name("N");
}

}  // namespace

CLI::Option* AddText(CLI::App& command,
                     const std::string& names,
                     std::string& value,
                     const std::string& type,
                     const std::string& help) {
  return command.add_option(names, value, help)
      ->type_name(type)
      ->capture_default_str();
}

CLI::Option* AddPath(CLI::App& command,
                     const std::string& names,
                     std::filesystem::path& value,
                     const std::string& type,
                     const std::string& help) {
  CLI::Option* option = command.add_option_function<std::string>(
      names, [&value](const std::string& text) { value = text; }, help);
  return option->type_name(type)->default_str(value.string());
}

CLI::Option* AddTexts(CLI::App& command,
                      const std::string& names,
                      std::vector<std::string>& values,
                      const std::string& type,
                      const std::string& help) {
  return command.add_option(names, values, help)
      ->allow_extra_args(false)
      ->type_name(type);
}

CLI::Option* AddArguments(CLI::App& command,
                          const std::string& name,
                          std::vector<std::string>& values,
                          const std::string& help) {
  return command.add_option(name, values, help)->type_name("");
}

CLI::Option* AddWord(CLI::App& command,
                     const std::string& names,
                     std::string& value,
                     const std::vector<std::string>& words,
                     const std::string& kind,
                     const std::string& help) {
  CLI::Option* option = command.add_option(names, value, help);
  option->check(CLI::Validator(
      [words, kind](std::string& word) -> std::string {
        for (const std::string& known : words) {
          if (word == known) return {};
        }
        return UnknownWordMessage(kind, word, words);
      },
      ""));
  std::string type;
  for (const std::string& word : words)
    type += (type.empty() ? "" : "|") + word;
  return option->type_name(type)->capture_default_str();
}

CLI::Option* AddInteger(CLI::App& command,
                        const std::string& names,
                        int& value,
                        Limits<int> limits,
                        const std::string& help) {
  return AddLimited(command, names, value, limits, "a whole number", help)
      ->default_str(Shown(value));
}

CLI::Option* AddInteger(CLI::App& command,
                        const std::string& names,
                        std::optional<int>& value,
                        Limits<int> limits,
                        const std::string& help) {
  return AddLimited(command, names, value, limits, "a whole number", help);
}

CLI::Option* AddNumber(CLI::App& command,
                       const std::string& names,
                       double& value,
                       Limits<double> limits,
                       const std::string& help) {
  return AddLimited(command, names, value, limits, "a number", help)
      ->default_str(Shown(value));
}

CLI::Option* AddNumber(CLI::App& command,
                       const std::string& names,
                       std::optional<double>& value,
                       Limits<double> limits,
                       const std::string& help) {
  return AddLimited(command, names, value, limits, "a number", help);
}

CLI::Option* AddSeed(CLI::App& command,
                     const std::string& names,
                     uint64_t& value,
                     const std::string& help) {
  const Limits<uint64_t> limits{0, UINT64_MAX};
  return AddLimited(command, names, value, limits, "a whole number", help)
      ->type_name("NUMBER")
      ->default_str(Shown(value));
}

CLI::Option* AddBytes(CLI::App& command,
                      const std::string& names,
                      std::optional<int64_t>& value,
                      const std::string& help) {
  const auto parse = [](std::string text) -> std::optional<int64_t> {
    int64_t unit = 1;
    if (!text.empty() && (text.back() == 'k' || text.back() == 'K')) {
      unit = 1'000;
    } else if (!text.empty() && (text.back() == 'M' || text.back() == 'm')) {
      unit = 1'000'000;
    } else if (!text.empty() && (text.back() == 'G' || text.back() == 'g')) {
      unit = 1'000'000'000;
    }
    if (unit > 1) text.pop_back();
    double number = 0;
    if (!ParseWhole(text, number)) return std::nullopt;
    const double bytes = number * static_cast<double>(unit);
    if (!(bytes >= 1'000 && bytes <= 1e12)) return std::nullopt;
    return static_cast<int64_t>(std::floor(bytes));
  };
  CLI::Option* option = command.add_option_function<std::string>(
      names,
      [&value, parse](const std::string& text) { value = parse(text); },
      help);
  option->check(CLI::Validator(
      [parse](std::string& text) -> std::string {
        if (parse(text)) return {};
        return "'" + text +
               "' is not a size: write 3000000, 3000k, 3M or 3G (at least 1k)";
      },
      ""));
  return option->type_name("BYTES");
}

CLI::Option* AddFlag(CLI::App& command,
                     const std::string& names,
                     bool& value,
                     const std::string& help) {
  return command.add_flag(names, value, help);
}

std::vector<std::string> WordsOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  std::vector<std::string> words;
  // Types in lower case are lists of words; FILE|DIR and NUMBER are not.
  if (type.find('|') == std::string::npos || type == "FILE|DIR") return words;
  std::istringstream in(type);
  for (std::string word; std::getline(in, word, '|');) words.push_back(word);
  return words;
}

}  // namespace stage::cli
