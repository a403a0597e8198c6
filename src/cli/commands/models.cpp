#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/log_guard.h"
#include "cli/models/model_list.h"
#include "cli/models/pull_display.h"
#include "cli/option_kinds.h"
#include "core/byte_text.h"
#include "core/interrupt.h"
#include "core/presets.h"
#include "core/text_encoding.h"
#include "remote/models/pull_model.h"

namespace stage::cli {
namespace {

struct ModelsOptions {
  GeneralOptions general;
  std::vector<std::string> names;
  bool only_installed = false;
  std::string task;
  std::string revision;
  std::string progress = "auto";
};

std::vector<const ModelEntry*> NamedModels(const ModelsOptions& options) {
  std::vector<const ModelEntry*> models;
  for (const std::string& name : options.names) {
    models.push_back(&KnownModels().Get(name));
  }
  return models;
}

InstalledModel Need(const ModelEntry& model, const ModelFolders& folders) {
  if (auto installed = FindInstalled(model, folders)) return *installed;
  throw Error(ErrorKind::kModel,
              model.name + " is not installed: run 'stage models pull " +
                  model.name + "' (" + ByteText(model.bytes) + ")");
}

void Print(const nlohmann::json& results, const ModelsOptions& options) {
  if (options.general.json) std::cout << results.dump() << '\n';
}

ExitCode List(const ModelsOptions& options) {
  std::vector<ListedModel> models =
      ListModels(KnownModels(), FindModelFolders(), options.task);
  if (options.only_installed) {
    std::erase_if(models,
                  [](const ListedModel& listed) { return !listed.installed; });
  }
  if (options.general.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const ListedModel& listed : models) list.push_back(ModelJson(listed));
    std::cout << list.dump() << '\n';
  } else if (options.general.quiet) {
    for (const ListedModel& listed : models) {
      std::cout << listed.model->name << '\n';
    }
  } else {
    std::cout << ModelTable(models);
    std::cerr << "* installed. The render engine needs none of them.\n";
  }
  return ExitCode::kOk;
}

ExitCode PrintPath(const ModelsOptions& options) {
  const ModelFolders folders = FindModelFolders();
  nlohmann::json results = nlohmann::json::array();
  for (const ModelEntry* model : NamedModels(options)) {
    const InstalledModel installed = Need(*model, folders);
    results.push_back(ModelJson({model, installed}));
    if (!options.general.json) {
      std::cout << installed.folder.string() << '\n';
    }
  }
  if (!options.names.empty()) {
    Print(results, options);
  } else if (options.general.json) {
    std::cout << nlohmann::json{{"path", Utf8Path(folders.own)},
                                {"hub_cache", Utf8Path(folders.hub_cache)}}
              << '\n';
  } else {
    std::cout << folders.hub_cache.string() << '\n'
              << folders.own.string() << '\n';
  }
  return ExitCode::kOk;
}

ExitCode Pull(const ModelsOptions& options) {
  const std::vector<const ModelEntry*> models = NamedModels(options);
  if (!options.revision.empty() && !IsRevision(options.revision)) {
    throw Error(ErrorKind::kUsage,
                "--revision: must be a branch, tag or commit");
  }
  const InterruptGuard guard;
  const ProgressOptions shown{.mode = ParseProgressMode(options.progress),
                              .verbosity = VerbosityOf(options.general)};
  const std::unique_ptr<Progress> notes = MakeProgress(shown);
  const LogGuard log(options.general, *notes);
  const std::unique_ptr<remote::PullEvents> display = MakePullDisplay(shown);
  const auto transport = remote::OpenCurlTransport();
  const remote::HubSettings hub = remote::ReadHubSettings();
  nlohmann::json results = nlohmann::json::array();
  for (const ModelEntry* model : models) {
    const InstalledModel installed =
        remote::PullModel({.model = *model,
                           .revision = options.revision,
                           .folders = FindModelFolders(),
                           .hub = hub,
                           .cancelled = Interrupted},
                          transport,
                          *display);
    results.push_back(ModelJson({model, installed}));
    if (!options.general.json) {
      std::cout << installed.folder.string() << '\n';
    }
  }
  Print(results, options);
  return ExitCode::kOk;
}

/// Prints what a check found; nothing for people where all is right and
/// --quiet was given.
void Report(const ModelEntry& model,
            const ModelCheck& check,
            const ModelsOptions& options) {
  if (options.general.json) return;
  for (const std::string& deviation : check.deviating) {
    std::cout << model.name << ": " << Printable(deviation) << '\n';
  }
  if (options.general.quiet) return;
  std::cout << model.name << ": " << check.right.size()
            << " files as published";
  if (!check.unknown.empty()) {
    std::cout << ", " << check.unknown.size()
              << " with nothing to compare them with";
  }
  if (!check.expected_commit.empty()) {
    std::cout << "; of another commit than " << check.expected_commit
              << ", which 'stage models pull " << model.name << "' fetches";
  }
  std::cout << '\n';
}

ExitCode Verify(const ModelsOptions& options) {
  const ModelFolders folders = FindModelFolders();
  std::vector<ListedModel> models;
  for (const ModelEntry* model : NamedModels(options)) {
    models.push_back({model, Need(*model, folders)});
  }
  if (models.empty()) {
    models = ListModels(KnownModels(), folders, "");
    std::erase_if(models,
                  [](const ListedModel& listed) { return !listed.installed; });
  }
  nlohmann::json results = nlohmann::json::array();
  std::string damaged;
  for (const ListedModel& listed : models) {
    const ModelCheck check =
        CheckModel(*listed.model, *listed.installed, folders);
    Report(*listed.model, check, options);
    results.push_back({{"name", listed.model->name},
                       {"commit", listed.installed->commit},
                       {"expected_commit",
                        check.expected_commit.empty() ? listed.installed->commit
                                                      : check.expected_commit},
                       {"right", check.right},
                       {"unknown", check.unknown},
                       {"deviating", check.deviating}});
    if (!check.deviating.empty()) damaged += " " + listed.model->name;
  }
  Print(results, options);
  if (damaged.empty()) return ExitCode::kOk;
  throw Error(ErrorKind::kModel,
              "damaged:" + damaged + "; run 'stage models pull" + damaged +
                  "', which fetches what is wrong again");
}

ExitCode Remove(const ModelsOptions& options) {
  const ModelFolders folders = FindModelFolders();
  nlohmann::json results = nlohmann::json::array();
  std::string absent;
  for (const ModelEntry* model : NamedModels(options)) {
    const auto bytes = RemoveModel(*model, KnownModels(), folders);
    if (!bytes) {
      absent += " " + model->name;
      continue;
    }
    results.push_back({{"name", model->name}, {"freed_bytes", *bytes}});
    if (!options.general.json && !options.general.quiet) {
      std::cout << model->name << ": removed, " << ByteText(*bytes)
                << " freed\n";
    }
  }
  Print(results, options);
  if (absent.empty()) return ExitCode::kOk;
  throw Error(ErrorKind::kModel, "not installed:" + absent);
}

void AddListCommand(CLI::App& models,
                    const std::shared_ptr<ModelsOptions>& options,
                    Context& context) {
  CLI::App& list = *models.add_subcommand(
      "list", "List models: size, licence, commercial use, installed or not");
  AddFlag(list,
          "--installed",
          options->only_installed,
          "Only those that are installed");
  AddText(list,
          "--task",
          options->task,
          "TASK",
          "Only those for a task: inpainting, depth, upscale, ...");
  AddGeneralOptions(list, options->general);
  list.callback([options, &context] { context.exit_code = List(*options); });
}

void AddPullCommand(CLI::App& models,
                    const std::shared_ptr<ModelsOptions>& options,
                    Context& context) {
  CLI::App& pull = *models.add_subcommand(
      "pull",
      "Download models, or what is missing or damaged of them; goes on where "
      "an earlier run broke off");
  AddArguments(pull, "MODEL", options->names, "Names, see 'stage models list'")
      ->required();
  AddText(pull,
          "--revision",
          options->revision,
          "REVISION",
          "Branch, tag or commit instead of the registry's");
  AddWord(pull,
          "--progress",
          options->progress,
          {"auto", "plain", "json", "none"},
          "progress form",
          "Progress on stderr; auto: live on a terminal, else a line a file");
  AddGeneralOptions(pull, options->general);
  AddLogOptions(pull, options->general);
  pull.callback([options, &context] { context.exit_code = Pull(*options); });
}

}  // namespace

void AddModelsCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<ModelsOptions>();
  CLI::App& command = *application.add_subcommand(
      "models", "Manage model weights for the local engine");
  AddListCommand(command, options, context);
  AddPullCommand(command, options, context);
  const auto add = [&](const char* name,
                       const char* help,
                       const char* arguments,
                       ExitCode (*run)(const ModelsOptions&)) {
    CLI::App& nested = *command.add_subcommand(name, help);
    CLI::Option* models =
        AddArguments(nested, "MODEL", options->names, arguments);
    AddGeneralOptions(nested, options->general);
    nested.callback(
        [options, &context, run] { context.exit_code = run(*options); });
    return models;
  };
  add("verify",
      "Compare installed models with what was published",
      "Names; all that are installed without",
      Verify);
  add("remove", "Delete installed models", "Names", Remove)->required();
  add("path",
      "Print where a model's files are, or where models are kept",
      "Names; without, the folders of all",
      PrintPath);
}

}  // namespace stage::cli
