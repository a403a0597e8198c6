#include "core/presets.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "core/preset_check.h"
#include "core/suggestion.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

/// "Mid_Century modern" and "mid-century-modern" are one name.
std::string Normalised(std::string_view name) {
  std::string result;
  for (const char c : name) {
    result +=
        c == '_' || c == ' '
            ? '-'
            : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

nlohmann::json ReadJson(const fs::path& file) {
  std::ifstream stream(file);
  if (!stream) {
    throw Error(ErrorKind::kInput,
                "preset " + file.string() + ": cannot be read");
  }
  try {
    return nlohmann::json::parse(stream);
  } catch (const nlohmann::json::exception& error) {
    throw Error(
        ErrorKind::kInput,
        "preset " + file.string() + ": not JSON (" + error.what() + ")");
  }
}

/// Calls `read`, turning JSON type errors into the project's.
template <typename T>
T Checked(T (*read)(const nlohmann::json&, const fs::path&),
          const fs::path& file) {
  const nlohmann::json document = ReadJson(file);
  try {
    return read(document, file);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kInput,
                "preset " + file.string() + ": " + error.what());
  }
}

template <typename T>
const T* FindIn(const std::map<std::string, T>& presets,
                std::string_view name) {
  const std::string wanted = Normalised(name);
  const auto found = presets.find(wanted);
  if (found != presets.end()) return &found->second;
  for (const auto& [key, preset] : presets) {
    for (const std::string& alias : preset.aliases) {
      if (Normalised(alias) == wanted) return &preset;
    }
  }
  return nullptr;
}

template <typename T>
std::vector<std::string> Names(const std::map<std::string, T>& presets) {
  std::vector<std::string> names;
  for (const auto& [name, preset] : presets) names.push_back(name);
  return names;
}

fs::path ShippedFolder() {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  const fs::path installed =
      program.parent_path().parent_path() / "share/stage/presets";
  if (fs::is_directory(installed, none)) return installed;
  return STAGE_PRESETS_SOURCE;
}

}  // namespace

PresetLibrary PresetLibrary::Load(const std::vector<fs::path>& folders) {
  PresetLibrary library;
  for (const fs::path& folder : folders) {
    for (const fs::path& file : JsonFilesIn(folder / "styles")) {
      StylePreset style = Checked(StyleFromJson, file);
      library.styles_[style.name] = std::move(style);
    }
    for (const fs::path& file : JsonFilesIn(folder / "rooms")) {
      RoomPreset room = Checked(RoomFromJson, file);
      library.rooms_[room.name] = std::move(room);
    }
  }
  return library;
}

const StylePreset* PresetLibrary::FindStyle(std::string_view name) const {
  return FindIn(styles_, name);
}

const RoomPreset* PresetLibrary::FindRoom(std::string_view name) const {
  return FindIn(rooms_, name);
}

const StylePreset& PresetLibrary::Style(std::string_view name) const {
  if (const StylePreset* style = FindStyle(name)) return *style;
  throw Error(ErrorKind::kUsage,
              UnknownWordMessage("style", name, StyleNames()));
}

const RoomPreset& PresetLibrary::Room(std::string_view name) const {
  if (const RoomPreset* room = FindRoom(name)) return *room;
  throw Error(ErrorKind::kUsage, UnknownWordMessage("room", name, RoomNames()));
}

std::vector<std::string> PresetLibrary::StyleNames() const {
  return Names(styles_);
}

std::vector<std::string> PresetLibrary::RoomNames() const {
  return Names(rooms_);
}

std::vector<fs::path> JsonFilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> PresetFolders() {
  std::vector<fs::path> folders{ShippedFolder()};
  if (const char* extra = std::getenv("STAGE_PRESETS_DIR")) {
    std::istringstream list(extra);
    for (std::string folder; std::getline(list, folder, ':');) {
      if (!folder.empty()) folders.emplace_back(folder);
    }
  }
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config != nullptr && *config != '\0') {
    folders.push_back(fs::path(config) / "stage/presets");
  } else if (home != nullptr && *home != '\0') {
    folders.push_back(fs::path(home) / ".config/stage/presets");
  }
  return folders;
}

const PresetLibrary& InstalledPresets() {
  static const PresetLibrary library = [] {
    PresetLibrary loaded = PresetLibrary::Load(PresetFolders());
    if (loaded.StyleNames().empty() || loaded.RoomNames().empty()) {
      throw Error(ErrorKind::kUnexpected,
                  "no presets in " + ShippedFolder().string() +
                      "; install stage again, or name a folder in "
                      "STAGE_PRESETS_DIR");
    }
    return loaded;
  }();
  return library;
}

}  // namespace stage
