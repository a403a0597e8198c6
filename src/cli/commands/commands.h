#pragma once

#include <CLI/App.hpp>

#include "cli/context.h"

namespace stage::cli {

/// Each ties one subcommand's options to the function that does it; the
/// function runs in CLI11's callback and leaves context.exit_code behind.
void AddGenerateCommand(CLI::App& application, Context& context);
void AddEditCommand(CLI::App& application, Context& context);
void AddDeclutterCommand(CLI::App& application, Context& context);
void AddUpscaleCommand(CLI::App& application, Context& context);
void AddStatusCommand(CLI::App& application, Context& context);
void AddCreditsCommand(CLI::App& application, Context& context);
void AddAnalyzeCommand(CLI::App& application, Context& context);
void AddModelsCommand(CLI::App& application, Context& context);
void AddPresetsCommand(CLI::App& application, Context& context);
void AddCatalogCommand(CLI::App& application, Context& context);
void AddWebhookCommand(CLI::App& application, Context& context);
void AddWatchCommand(CLI::App& application, Context& context);
void AddReportCommand(CLI::App& application, Context& context);
void AddCompletionsCommand(CLI::App& application, Context& context);

}  // namespace stage::cli
