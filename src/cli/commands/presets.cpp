#include "core/presets.h"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/preset_names.h"
#include "core/error.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

struct PresetsOptions {
  GeneralOptions general;
  std::filesystem::path folder;
  std::string kind = "all";
  std::string name;
};

struct Listed {
  std::string kind;  ///< "style" or "room"
  const Preset* preset;
};

std::vector<Listed> AllPresets(const PresetLibrary& library) {
  std::vector<Listed> presets;
  for (const std::string& name : library.StyleNames()) {
    presets.push_back({"style", library.FindStyle(name)});
  }
  for (const std::string& name : library.RoomNames()) {
    presets.push_back({"room", library.FindRoom(name)});
  }
  return presets;
}

nlohmann::json ToJson(const Listed& listed) {
  const Preset& preset = *listed.preset;
  nlohmann::json vendors = nlohmann::json::object();
  for (const auto& [vendor, word] : preset.vendors) {
    vendors[vendor] = {{"word", word.word}, {"exact", word.exact}};
    if (!word.tier.empty()) vendors[vendor]["tier"] = word.tier;
  }
  return {{"kind", listed.kind},
          {"name", preset.name},
          {"label", preset.label},
          {"description", preset.description},
          {"aliases", preset.aliases},
          {"prompt", preset.prompt},
          {"negative_prompt", preset.negative_prompt},
          {"vendors", vendors},
          {"file", preset.file.string()}};
}

ExitCode List(const PresetsOptions& options) {
  UsePresetsFolder(options.folder);
  nlohmann::json list = nlohmann::json::array();
  std::string last_kind;
  for (const Listed& listed : AllPresets(InstalledPresets())) {
    if (options.kind != "all" && options.kind != listed.kind + "s") continue;
    if (options.general.json) {
      list.push_back(ToJson(listed));
    } else if (options.general.quiet) {
      std::cout << listed.preset->name << '\n';
    } else {
      if (listed.kind != last_kind) std::cout << listed.kind << "s\n";
      last_kind = listed.kind;
      std::string name = listed.preset->name;
      name.resize(std::max<size_t>(name.size(), 16), ' ');
      std::cout << "  " << name << ' ' << listed.preset->description << '\n';
    }
  }
  if (options.general.json) std::cout << list.dump() << '\n';
  return ExitCode::kOk;
}

void Print(const Listed& listed) {
  const Preset& preset = *listed.preset;
  std::cout << listed.kind << ' ' << preset.name << ": " << preset.label << '\n'
            << "  " << preset.description << '\n';
  std::string aliases;
  for (const std::string& alias : preset.aliases) {
    aliases += (aliases.empty() ? "" : ", ") + alias;
  }
  if (!aliases.empty()) std::cout << "  also called: " << aliases << '\n';
  std::cout << "  local: rendered furniture";
  if (!preset.prompt.empty()) {
    std::cout << "\n  prompt for diffusion: " << preset.prompt;
  }
  std::cout << '\n';
  for (const auto& [vendor, word] : preset.vendors) {
    std::cout << "  " << vendor << ": " << word.word
              << (word.exact ? "" : " (the nearest it has)")
              << (word.tier.empty() ? "" : ", tier " + word.tier) << '\n';
  }
  std::cout << "  file: " << preset.file.string() << '\n';
}

ExitCode Show(const PresetsOptions& options) {
  UsePresetsFolder(options.folder);
  const PresetLibrary& library = InstalledPresets();
  std::vector<Listed> found;
  if (const Preset* style = library.FindStyle(options.name)) {
    found.push_back({"style", style});
  }
  if (const Preset* room = library.FindRoom(options.name)) {
    found.push_back({"room", room});
  }
  if (found.empty()) {
    std::vector<std::string> names = library.StyleNames();
    const std::vector<std::string> rooms = library.RoomNames();
    names.insert(names.end(), rooms.begin(), rooms.end());
    throw Error(ErrorKind::kUsage,
                UnknownWordMessage("style or room", options.name, names));
  }
  nlohmann::json list = nlohmann::json::array();
  for (const Listed& listed : found) {
    if (options.general.json) {
      nlohmann::json object = ToJson(listed);
      object["document"] = listed.preset->document;
      list.push_back(object);
    } else {
      Print(listed);
    }
  }
  if (options.general.json) std::cout << list.dump() << '\n';
  return ExitCode::kOk;
}

void AddFolderOption(CLI::App& command, PresetsOptions& options) {
  AddPath(command,
          "--presets-dir",
          options.folder,
          "DIR",
          "Further styles and rooms; they replace built-in ones of the same "
          "name");
}

}  // namespace

void AddPresetsCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<PresetsOptions>();
  CLI::App& command = *application.add_subcommand(
      "presets", "Show styles and rooms, and what each means per backend");
  CLI::App& list = *command.add_subcommand("list", "List styles and rooms");
  AddWord(list,
          "KIND",
          options->kind,
          {"all", "styles", "rooms"},
          "kind of presets",
          "all, styles or rooms");
  AddFolderOption(list, *options);
  AddGeneralOptions(list, options->general);
  list.callback([options, &context] { context.exit_code = List(*options); });
  CLI::App& show =
      *command.add_subcommand("show", "Show all about a style or room");
  show.add_option("NAME", options->name, "A style or a room")
      ->required()
      ->type_name("");
  AddFolderOption(show, *options);
  AddGeneralOptions(show, options->general);
  show.callback([options, &context] { context.exit_code = Show(*options); });
}

}  // namespace stage::cli
