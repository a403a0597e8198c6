#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/presets.h"

namespace stage {

/// Turns the text of a preset file into a preset.
/// @throws Error(kInput) naming the file and the key that is wrong
StylePreset StyleFromJson(const nlohmann::json& json,
                          const std::filesystem::path& file);
RoomPreset RoomFromJson(const nlohmann::json& json,
                        const std::filesystem::path& file);

}  // namespace stage
