#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "core/log.h"
#include "core/version.h"

namespace {

using stage::cli::Context;

/// One line on stderr, and the code that scripts see.
int Fail(stage::ErrorKind kind, const char* message) {
  std::cerr << "stage: " << message << '\n';
  return static_cast<int>(stage::cli::ExitCodeFor(kind));
}

}  // namespace

int main(int argument_count, char** arguments) {
  using namespace stage::cli;
  stage::ShutDownLogging();  // until a command says where log lines go
  Context context;
  CLI::App application(
      "Virtual staging of real-estate photos, a folder at a time", "stage");
  application
      .set_version_flag("--version",
                        "stage " + std::string(stage::Version()),
                        "Print the version and exit")
      ->group("General");
  context.application = &application;
  AddGenerateCommand(application, context);
  AddEditCommand(application, context);
  AddDeclutterCommand(application, context);
  AddUpscaleCommand(application, context);
  AddStatusCommand(application, context);
  AddReportCommand(application, context);
  AddAnalyzeCommand(application, context);
  AddWatchCommand(application, context);
  AddPresetsCommand(application, context);
  AddCatalogCommand(application, context);
  AddModelsCommand(application, context);
  AddCreditsCommand(application, context);
  AddWebhookCommand(application, context);
  AddCompletionsCommand(application, context);
  DressHelp(application);
  try {
    ParseAndRun(application, context, argument_count, arguments);
    std::cout.flush();
    return static_cast<int>(context.exit_code);
  } catch (const stage::Error& error) {
    return Fail(error.kind(), error.what());
  } catch (const std::exception& error) {
    return Fail(stage::ErrorKind::kUnexpected, error.what());
  }
}
