#include "cli/option_sources.h"

#include <toml++/toml.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "core/error.h"
#include "core/settings.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

/// The tables that are not commands: each vendor's account and limits.
constexpr auto kVendorTable = "vendors";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The value of --config, wherever it stands before "--".
std::string ConfigArgument(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with("--config=")) return arguments[i].substr(9);
    if (arguments[i] == "--config" && i + 1 < arguments.size()) {
      return arguments[i + 1];
    }
  }
  return {};
}

bool AsksForHelp(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return false;
    if (argument == "--help" || argument == "-h" || argument == "--version") {
      return true;
    }
  }
  return arguments.empty();
}

std::string ScalarText(const toml::node& node,
                       const std::string& key,
                       const std::filesystem::path& file) {
  std::ostringstream out;
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer())
    return std::to_string(number->get());
  if (const auto* flag = node.as_boolean())
    return flag->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point()) {
    out << number->get();
    return out.str();
  }
  throw Error(ErrorKind::kUsage,
              file.string() + ": " + key +
                  ": use a text, a number, true, false or a list of these");
}

std::vector<std::string> ValueTexts(const toml::node& node,
                                    const std::string& key,
                                    const std::filesystem::path& file) {
  std::vector<std::string> texts;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& item : *list) {
      texts.push_back(ScalarText(item, key, file));
    }
  } else {
    texts.push_back(ScalarText(node, key, file));
  }
  return texts;
}

/// "presets list" for a nested command, "generate" for a plain one.
std::string CommandPath(const CLI::App& command) {
  std::string path = command.get_name();
  for (const CLI::App* parent = command.get_parent();
       parent != nullptr && parent->get_parent() != nullptr;
       parent = parent->get_parent()) {
    path = parent->get_name() + " " + path;
  }
  return path;
}

/// Options that make no sense as a standing default.
bool IsConfigurable(const CLI::Option& option) {
  return option.nonpositional() && !option.get_lnames().empty() &&
         option.get_lnames().front() != "help" &&
         option.get_lnames().front() != "config";
}

/// Every command below `application`, nested ones too.
std::vector<CLI::App*> AllCommands(CLI::App& application) {
  std::vector<CLI::App*> commands;
  for (CLI::App* command :
       application.get_subcommands([](CLI::App*) { return true; })) {
    commands.push_back(command);
    for (CLI::App* nested : AllCommands(*command)) commands.push_back(nested);
  }
  return commands;
}

/// Gives the option values that anything on the command line replaces.
void SetDefault(CLI::Option& option,
                const std::vector<std::string>& values,
                const std::string& source) {
  try {
    for (const std::string& value : values) option.add_result(value);
    option.run_callback();
  } catch (const CLI::Error& error) {
    throw Error(ErrorKind::kUsage, source + ": " + error.what());
  }
  option.clear();
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

}  // namespace

OptionSources OptionSources::Read(const std::vector<std::string>& arguments) {
  OptionSources sources;
  if (AsksForHelp(arguments)) {
    sources.heeded_ = false;
    return sources;
  }
  std::string named = ConfigArgument(arguments);
  if (named.empty()) named = Variable("STAGE_CONFIG");
  sources.file_ =
      named.empty() ? DefaultConfigFile() : std::filesystem::path(named);
  if (sources.file_.empty()) return sources;
  if (!std::filesystem::is_regular_file(sources.file_)) {
    if (named.empty()) return sources;
    throw Error(ErrorKind::kUsage,
                named + ": no such configuration file; check --config");
  }
  toml::table table;
  try {
    table = toml::parse_file(sources.file_.string());
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::kUsage,
                sources.file_.string() + ":" +
                    std::to_string(error.source().begin.line) + ": " +
                    std::string(error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (const toml::table* inner = node.as_table()) {
      Values& values = sources.by_command_[name];
      if (name == kVendorTable) continue;
      for (const auto& [inner_key, value] : *inner) {
        const std::string inner_name(inner_key.str());
        values[inner_name] = ValueTexts(value, inner_name, sources.file_);
      }
    } else {
      sources.general_[name] = ValueTexts(node, name, sources.file_);
    }
  }
  return sources;
}

void OptionSources::CheckKeys(const CLI::App& application) const {
  std::set<std::string> all_keys;
  std::map<std::string, std::set<std::string>> keys_of;
  for (const CLI::App* command : AllCommands(
           const_cast<CLI::App&>(application))) {  // CLI11 lacks a const walk
    std::set<std::string>& keys = keys_of[CommandPath(*command)];
    for (const CLI::Option* option : command->get_options()) {
      if (IsConfigurable(*option)) keys.insert(option->get_lnames().front());
    }
    all_keys.insert(keys.begin(), keys.end());
  }
  const auto check = [this](const Values& values,
                            const std::set<std::string>& known) {
    for (const auto& [key, unused] : values) {
      if (known.contains(key)) continue;
      throw Error(
          ErrorKind::kUsage,
          file_.string() + ": " +
              UnknownWordMessage("option", key, {known.begin(), known.end()}));
    }
  };
  check(general_, all_keys);
  for (const auto& [command, values] : by_command_) {
    if (command == kVendorTable) continue;
    if (!keys_of.contains(command)) {
      std::vector<std::string> names;
      for (const auto& [name, unused] : keys_of) names.push_back(name);
      throw Error(
          ErrorKind::kUsage,
          file_.string() + ": " + UnknownWordMessage("table", command, names));
    }
    check(values, keys_of.at(command));
  }
}

void OptionSources::AttachTo(CLI::App& application) const {
  if (!heeded_) return;
  CheckKeys(application);
  for (CLI::App* command : AllCommands(application)) {
    command->preparse_callback([this, command](size_t) { Apply(*command); });
  }
}

void OptionSources::Apply(CLI::App& command) const {
  const auto table = by_command_.find(CommandPath(command));
  for (CLI::Option* option : command.get_options()) {
    if (!IsConfigurable(*option)) continue;
    const std::string& key = option->get_lnames().front();
    const std::string variable = EnvironmentName(*option);
    if (const std::string text = Variable(variable.c_str()); !text.empty()) {
      const bool list = option->get_expected_max() > 1;
      SetDefault(*option,
                 list ? SplitAtCommas(text) : std::vector<std::string>{text},
                 variable);
    } else if (table != by_command_.end() && table->second.contains(key)) {
      SetDefault(*option, table->second.at(key), file_.string());
    } else if (general_.contains(key)) {
      SetDefault(*option, general_.at(key), file_.string());
    }
  }
}

std::string EnvironmentName(const CLI::Option& option) {
  std::string name = "STAGE_";
  for (const char c : option.get_lnames().front()) {
    name +=
        c == '-'
            ? '_'
            : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

}  // namespace stage::cli
