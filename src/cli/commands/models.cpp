#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/unavailable.h"

namespace stage::cli {
namespace {

struct ModelsOptions {
  GeneralOptions general;
  std::vector<std::string> names;
};

/// STAGE_MODELS_DIR, else $XDG_DATA_HOME/stage/models.
std::filesystem::path ModelsFolder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  if (const auto named = variable("STAGE_MODELS_DIR"); !named.empty()) {
    return named;
  }
  if (const auto data = variable("XDG_DATA_HOME"); !data.empty()) {
    return data / "stage" / "models";
  }
  if (const auto home = variable("HOME"); !home.empty()) {
    return home / ".local" / "share" / "stage" / "models";
  }
  throw Error(ErrorKind::kUsage,
              "no folder for models: set STAGE_MODELS_DIR or HOME");
}

ExitCode PrintPath(const ModelsOptions& options) {
  if (options.general.json) {
    std::cout << nlohmann::json{{"path", ModelsFolder().string()}} << '\n';
  } else {
    std::cout << ModelsFolder().string() << '\n';
  }
  return ExitCode::kOk;
}

/// Total size of a folder's files, in bytes.
uintmax_t SizeOf(const std::filesystem::path& folder) {
  uintmax_t bytes = 0;
  std::error_code problem;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder, problem)) {
    if (entry.is_regular_file(problem)) bytes += entry.file_size(problem);
  }
  return bytes;
}

ExitCode List(const ModelsOptions& options) {
  const std::filesystem::path folder = ModelsFolder();
  std::vector<std::filesystem::path> models;
  std::error_code problem;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder, problem)) {
    if (entry.is_directory()) models.push_back(entry.path());
  }
  std::sort(models.begin(), models.end());
  if (options.general.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& model : models) {
      list.push_back({{"name", model.filename().string()},
                      {"path", model.string()},
                      {"bytes", SizeOf(model)}});
    }
    std::cout << list << '\n';
    return ExitCode::kOk;
  }
  for (const auto& model : models) {
    std::cout << model.filename().string() << "  " << SizeOf(model) / 1'000'000
              << " MB\n";
  }
  if (models.empty() && !options.general.quiet) {
    std::cerr << "no models in " << folder.string()
              << "; the render engine needs none\n";
  }
  return ExitCode::kOk;
}

[[noreturn]] void RefuseModels() {
  throw NotInThisVersion(
      ErrorKind::kModel,
      "use model weights, so there are none to manage",
      "its render engine needs none; 'stage generate' works at once");
}

}  // namespace

void AddModelsCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<ModelsOptions>();
  CLI::App& command = *application.add_subcommand(
      "models", "Manage model weights for the local engine");
  CLI::App& list = *command.add_subcommand("list", "List installed models");
  AddGeneralOptions(list, options->general);
  list.callback([options, &context] { context.exit_code = List(*options); });
  CLI::App& path =
      *command.add_subcommand("path", "Print the folder models are kept in");
  AddGeneralOptions(path, options->general);
  path.callback(
      [options, &context] { context.exit_code = PrintPath(*options); });
  for (const auto& [name, description] :
       {std::pair("pull", "Download a model"),
        std::pair("verify", "Check the files of installed models"),
        std::pair("remove", "Delete an installed model")}) {
    CLI::App& nested = *command.add_subcommand(name, description);
    AddArguments(nested, "MODEL", options->names, "Names of models");
    AddGeneralOptions(nested, options->general);
    nested.callback([] { RefuseModels(); });
  }
}

}  // namespace stage::cli
