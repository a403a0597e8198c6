#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalogue/catalogue.h"

namespace stage::engine {

/// '*' any run, '?' any one character; letters match in either case.
bool MatchesPattern(std::string_view pattern, std::string_view text);

/// Recolours `materials` of `piece` in place, as MaterialOverride says.
void ApplyOverrides(const Piece& piece,
                    const std::vector<MaterialOverride>& overrides,
                    std::vector<Material>& materials);

/// A texture whose mean linear colour is `colour` and whose light and dark are
/// those of `texture`; alpha is kept.
Texture TintedTexture(const Texture& texture, const Eigen::Vector3f& colour);

/// Sets what a patch of a piece table says: "kind", "color" ("#rrggbb"),
/// "roughness", "metallic", "opacity", "emission" (number or three), "detail",
/// "detail_scale_m", "texture" (false drops it; "tint" tints it by "color").
/// @throws Error(kModel) naming the key that is wrong
void ApplyPatch(const nlohmann::json& patch, Material& material);

/// The word for a kind in tables and JSON: "fabric", "wood", ...
std::string_view MaterialKindName(MaterialKind kind);

/// Linear Rec. 709 of "#rrggbb".
/// @throws Error(kModel) for other text
Eigen::Vector3f LinearFromHex(const std::string& hex);

}  // namespace stage::engine
