#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "engine/catalogue/catalogue.h"

namespace stage::engine {

/// A preset's material ({"color", "kind", "detail", "roughness", ...}) in one
/// colour of its palette (8-bit sRGB).
Material MaterialFromPreset(const nlohmann::json& entry,
                            const std::array<uint8_t, 3>& srgb);

/// Plan files: a recolouring without textures.
nlohmann::json OverrideToJson(const MaterialOverride& one);
MaterialOverride OverrideFromJson(const nlohmann::json& json);

}  // namespace stage::engine
