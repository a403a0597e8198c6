#include "cli/completions.h"

#include <iostream>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/option_kinds.h"
#include "core/error.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

ExitCode Completions(const std::string& shell, const Context& context) {
  if (shell == "bash") {
    std::cout << BashCompletions(*context.application);
  } else if (shell == "zsh") {
    std::cout << ZshCompletions(*context.application);
  } else if (shell == "fish") {
    std::cout << FishCompletions(*context.application);
  } else {
    throw Error(ErrorKind::kUsage,
                UnknownWordMessage("shell", shell, {"bash", "zsh", "fish"}));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddCompletionsCommand(CLI::App& application, Context& context) {
  auto shell = std::make_shared<std::string>();
  CLI::App& command = *application.add_subcommand(
      "completions", "Print a completion script for bash, zsh or fish");
  command.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->type_name("");
  command.callback(
      [shell, &context] { context.exit_code = Completions(*shell, context); });
}

}  // namespace stage::cli
