#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/help_formatter.h"
#include "cli/option_sources.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

/// The innermost command that was named.
const CLI::App& ChosenCommand(const CLI::App& application) {
  const CLI::App* command = &application;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().back();
  }
  return *command;
}

std::string FullName(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return FullName(*command.get_parent()) + " " + command.get_name();
}

[[noreturn]] void ThrowUsage(const CLI::App& command, const std::string& what) {
  throw Error(ErrorKind::kUsage,
              what + (what.ends_with("?") ? " See '" : "; see '") +
                  FullName(command) + " --help'");
}

std::vector<std::string> CommandNames(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* nested :
       command.get_subcommands([](const CLI::App*) { return true; })) {
    if (!nested->get_group().empty()) names.push_back(nested->get_name());
  }
  return names;
}

/// Complains about a word that neither is an option nor has a place.
[[noreturn]] void ThrowUnknown(const CLI::App& command,
                               const std::string& word) {
  if (word.starts_with("-") && word.size() > 1) {
    const std::string name = word.substr(0, word.find('='));
    std::vector<std::string> known;
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& long_name : option->get_lnames()) {
        known.push_back("--" + long_name);
      }
    }
    const std::string near = Suggest(name, known);
    ThrowUsage(command,
               "unknown option '" + name + "'" +
                   (near.empty() ? "" : ", did you mean '" + near + "'?"));
  }
  const std::vector<std::string> commands = CommandNames(command);
  if (commands.empty()) {
    ThrowUsage(command, "one argument too many: '" + word + "'");
  }
  ThrowUsage(command, UnknownWordMessage("command", word, commands));
}

/// CLI11's complaints in the project's words.
[[noreturn]] void ThrowAsOurs(const CLI::App& application,
                              const CLI::ParseError& error) {
  const CLI::App& command = ChosenCommand(application);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> rest = application.remaining(true);
    // The first thing that looks like an option is the culprit; what follows
    // it may be its value.
    for (const std::string& word : rest) {
      if (word.starts_with("-")) ThrowUnknown(command, word);
    }
    ThrowUnknown(command, rest.empty() ? "" : rest.front());
  }
  ThrowUsage(command, error.what());
}

}  // namespace

void DressHelp(CLI::App& application) {
  if (CLI::Option* help = application.get_help_ptr(); help != nullptr) {
    help->group("General");
    help->description("Print this help and exit");
  }
  application.formatter(
      std::static_pointer_cast<CLI::FormatterBase>(MakeHelpFormatter()));
  for (CLI::App* command :
       application.get_subcommands([](CLI::App*) { return true; })) {
    command->group("Commands");
    DressHelp(*command);
  }
}

void ParseAndRun(CLI::App& application,
                 Context& context,
                 int argument_count,
                 const char* const* arguments) {
  const std::vector<std::string> words(arguments + 1,
                                       arguments + argument_count);
  const OptionSources sources = OptionSources::Read(words);
  sources.AttachTo(application);
  try {
    application.parse(argument_count, arguments);
  } catch (const CLI::CallForHelp&) {
    std::cout << application.help();
    return;
  } catch (const CLI::CallForVersion& version) {
    std::cout << version.what() << '\n';
    return;
  } catch (const CLI::ParseError& error) {
    ThrowAsOurs(application, error);
  }
  const CLI::App& command = ChosenCommand(application);
  const std::vector<std::string> commands = CommandNames(command);
  if (!commands.empty()) {
    std::string list;
    for (const std::string& name : commands)
      list += (list.empty() ? "" : ", ") + name;
    ThrowUsage(command, "no command given: use " + list);
  }
}

}  // namespace stage::cli
