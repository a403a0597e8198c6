#include "cli/preset_names.h"

#include <cstdlib>
#include <string>

#include "core/error.h"
#include "core/presets.h"

namespace stage::cli {

void UsePresetsFolder(const std::filesystem::path& folder) {
  constexpr auto kVariable = "STAGE_PRESETS_DIR";
  const char* before = std::getenv(kVariable);
  std::string folders = before == nullptr ? "" : before;
  // The variable is the option's default too, and already heeded.
  if (folder.empty() || folder.string() == folders) return;
  if (!std::filesystem::is_directory(folder)) {
    throw Error(ErrorKind::kUsage,
                "--presets-dir " + folder.string() + ": no such folder");
  }
  if (!folders.empty()) folders += ':';
  folders += std::filesystem::absolute(folder).string();
  setenv(kVariable, folders.c_str(), 1);
}

void CheckPresetNames(GenerateParameters& parameters) {
  const PresetLibrary& presets = InstalledPresets();
  parameters.style = presets.Style(parameters.style).name;
  if (parameters.room != "auto") {
    parameters.room = presets.Room(parameters.room).name;
  }
}

}  // namespace stage::cli
