#include "cli/help_formatter.h"

#include <algorithm>
#include <sstream>

#include "cli/exit_code.h"

namespace stage::cli {
namespace {

constexpr size_t kColumns = 79;
constexpr size_t kHelpColumn = 26;

/// `text` broken at blanks into lines of at most `width` characters.
std::vector<std::string> Wrap(const std::string& text, size_t width) {
  std::vector<std::string> lines;
  std::istringstream paragraphs(text);
  for (std::string paragraph; std::getline(paragraphs, paragraph);) {
    std::istringstream words(paragraph);
    std::string line;
    for (std::string word; words >> word;) {
      if (!line.empty() && line.size() + 1 + word.size() > width) {
        lines.push_back(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    lines.push_back(line);
  }
  return lines;
}

/// Two columns: `name` on the left, `help` wrapped on the right.
std::string Entry(const std::string& name, const std::string& help) {
  std::string entry = "  " + name;
  bool first = true;
  for (const std::string& line : Wrap(help, kColumns - kHelpColumn)) {
    if (first && entry.size() + 2 <= kHelpColumn) {
      entry.append(kHelpColumn - entry.size(), ' ');
    } else {
      entry += "\n" + std::string(kHelpColumn, ' ');
    }
    entry += line;
    first = false;
  }
  return entry + "\n";
}

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app,
                        std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string help;
    for (const std::string& line : Wrap(app->get_description(), kColumns)) {
      help += line + "\n";
    }
    help += "\n" + make_usage(app, name) + make_positionals(app) +
            make_groups(app, mode) + make_subcommands(app, mode);
    if (!app->get_footer().empty()) help += "\n" + app->get_footer() + "\n";
    return help + "\n" + ExitCodesHelp();
  }

  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string usage = "Usage: " + name;
    if (!app->get_subcommands([](const CLI::App*) { return true; }).empty()) {
      usage += " COMMAND";
    }
    usage += " [OPTION...]";
    for (const CLI::Option* option : app->get_options(
             [](const CLI::Option* o) { return o->get_positional(); })) {
      usage += " " + make_option_usage(option);
    }
    return usage + "\n";
  }

  std::string make_group(
      std::string group,
      bool is_positional,
      std::vector<const CLI::Option*> options) const override {
    std::string text = "\n" + group + ":\n";
    for (const CLI::Option* option : options) {
      text += make_option(option, is_positional);
    }
    return text;
  }

  std::string make_groups(const CLI::App* app, CLI::AppFormatMode) const {
    std::string text;
    std::vector<std::string> groups = app->get_groups();
    // What every command has comes last.
    std::stable_partition(groups.begin(), groups.end(), [](const auto& group) {
      return group != "General";
    });
    for (const std::string& group : groups) {
      const auto options = app->get_options([&](const CLI::Option* option) {
        return option->get_group() == group && option->nonpositional();
      });
      if (!group.empty() && !options.empty()) {
        text += make_group(group, false, options);
      }
    }
    return text;
  }

  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override {
    if (is_positional)
      return Entry(option->get_name(true), OptionHelp(*option));
    return Entry(OptionSynopsis(*option), OptionHelp(*option));
  }

  std::string make_option_usage(const CLI::Option* option) const override {
    std::string name = option->get_name(true);
    if (option->get_expected_max() > 1) name += "...";
    return option->get_required() ? name : "[" + name + "]";
  }

  std::string make_subcommand(const CLI::App* command) const override {
    return Entry(command->get_name(), command->get_description());
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> MakeHelpFormatter() {
  auto formatter = std::make_shared<HelpFormatter>();
  formatter->label("Positionals", "Arguments");
  return formatter;
}

std::string OptionSynopsis(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += "-" + name + ", ";
  bool first = true;
  for (const std::string& name : option.get_lnames()) {
    text += std::string(first ? "" : " / ") + "--" + name;
    first = false;
  }
  if (option.get_type_size() != 0 && !option.get_type_name().empty()) {
    text += " " + option.get_type_name();
  }
  return text;
}

std::string OptionHelp(const CLI::Option& option) {
  std::string text = option.get_description();
  if (option.get_type_size() != 0 && !option.get_default_str().empty()) {
    const std::string value = "default: " + option.get_default_str() + ")";
    if (text.ends_with(")")) {
      text.replace(text.size() - 1, 1, ", " + value);
    } else {
      text += " (" + value;
    }
  }
  return text;
}

std::string ExitCodesHelp() {
  std::string codes;
  for (const ExitCodeMeaning& entry : AllExitCodes()) {
    codes += (codes.empty() ? "" : ", ") +
             std::to_string(static_cast<int>(entry.code)) + " " +
             std::string(entry.meaning);
  }
  std::string text = "Exit codes:\n";
  for (const std::string& line : Wrap(codes, kColumns - 2)) {
    text += "  " + line + "\n";
  }
  return text;
}

}  // namespace stage::cli
