#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace stage {

/// What a style or room is called at a vendor.
struct VendorWord {
  std::string word;   ///< sent as it is
  bool exact = true;  ///< false: the nearest the vendor has; tell the user
  std::string tier;   ///< tier the word needs ("premium"), or empty
};

/// What styles and rooms have in common. `document` is the whole file, for
/// the parts that only the local engine reads (pieces, materials, groups).
struct Preset {
  std::string name;  ///< lower case, words joined by '-'
  std::string label;
  std::string description;
  std::vector<std::string> aliases;
  std::string prompt;           ///< for diffusion models
  std::string negative_prompt;  ///< for diffusion models
  /// By vendor: roomstack, vsai, iacrea, reroom, reroom-interior, vsart. A
  /// vendor that lacks the style or room has no entry.
  std::map<std::string, VendorWord> vendors;
  std::filesystem::path file;
  nlohmann::json document;
};

/// A look: colours, materials and preferred pieces.
struct StylePreset : Preset {
  /// Colours by name, 8-bit sRGB.
  std::map<std::string, std::array<uint8_t, 3>> palette;
};

/// A room type: groups of furniture and the clearances they need.
struct RoomPreset : Preset {};

/// All styles and rooms, read from folders with `styles/*.json` and
/// `rooms/*.json`. Immutable after loading.
class PresetLibrary {
 public:
  /// Reads and checks every preset; a later folder replaces presets of the
  /// same name. Folders that do not exist are skipped.
  /// @throws Error(kInput) naming the file and the key that is wrong
  static PresetLibrary Load(const std::vector<std::filesystem::path>& folders);

  /// Finds by name or alias; case, '_' and ' ' do not matter.
  /// @throws Error(kUsage) with the closest name
  const StylePreset& Style(std::string_view name) const;
  const RoomPreset& Room(std::string_view name) const;
  const StylePreset* FindStyle(std::string_view name) const;
  const RoomPreset* FindRoom(std::string_view name) const;

  std::vector<std::string> StyleNames() const;
  std::vector<std::string> RoomNames() const;

 private:
  std::map<std::string, StylePreset> styles_;
  std::map<std::string, RoomPreset> rooms_;
};

/// Where presets are: beside the installed program (or in the source tree of
/// a development build), then the folders of STAGE_PRESETS_DIR (separated by
/// ':'), then `$XDG_CONFIG_HOME/stage/presets`.
std::vector<std::filesystem::path> PresetFolders();

/// The .json files of a folder, sorted; none when there is no folder.
std::vector<std::filesystem::path> JsonFilesIn(
    const std::filesystem::path& folder);

/// The presets of PresetFolders(), loaded once.
/// @throws Error(kInput) when a preset is wrong, Error(kUnexpected) when there
///         are none at all
const PresetLibrary& InstalledPresets();

}  // namespace stage
