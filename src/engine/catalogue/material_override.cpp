#include "engine/catalogue/material_override.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/error.h"
#include "engine/catalogue/material_rules.h"
#include "engine/catalogue/texture_decoder.h"

namespace stage::engine {
namespace {

constexpr auto kKindNames =
    std::to_array<std::pair<MaterialKind, std::string_view>>({
        {MaterialKind::kPlain, "plain"},
        {MaterialKind::kFabric, "fabric"},
        {MaterialKind::kWood, "wood"},
        {MaterialKind::kLeather, "leather"},
        {MaterialKind::kMetal, "metal"},
        {MaterialKind::kGlass, "glass"},
        {MaterialKind::kFoliage, "foliage"},
        {MaterialKind::kPaper, "paper"},
        {MaterialKind::kStone, "stone"},
    });

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The kinds a role word stands for when a piece does not list the role.
bool KindHasRole(MaterialKind kind, std::string_view role) {
  switch (kind) {
    case MaterialKind::kFabric:
    case MaterialKind::kLeather:
      return role == "upholstery";
    case MaterialKind::kWood:
      return role == "wood";
    case MaterialKind::kMetal:
      return role == "metal";
    case MaterialKind::kGlass:
      return role == "glass";
    case MaterialKind::kFoliage:
      return role == "leaf";
    default:
      return false;
  }
}

/// Which materials a slot means: by the piece's own roles, else by name, else
/// by kind. Nothing is guessed of pieces that list roles or are procedural: a
/// laptop is not made of brass because a style is.
std::vector<bool> Selected(const Piece& piece,
                           const std::string& slot,
                           const std::vector<Material>& materials) {
  std::vector<std::string> patterns = {slot};
  const auto role = piece.slots.find(slot);
  if (role != piece.slots.end()) patterns = role->second;
  std::vector<bool> selected(materials.size());
  bool any = !piece.slots.empty() || piece.source == "procedural";
  for (size_t i = 0; i < materials.size(); ++i) {
    for (const std::string& pattern : patterns) {
      if (MatchesPattern(pattern, materials[i].name)) selected[i] = any = true;
    }
  }
  for (size_t i = 0; !any && i < materials.size(); ++i) {
    selected[i] = KindHasRole(materials[i].kind, slot);
  }
  return selected;
}

void Recolour(const MaterialOverride& change, Material& material) {
  Material result = change.material;
  result.name = material.name;
  if (change.keep_texture && material.base_texture != nullptr) {
    result.base_texture = std::make_shared<Texture>(
        TintedTexture(*material.base_texture, change.material.base_color));
    result.base_color = Eigen::Vector3f::Ones();
    result.normal_texture = material.normal_texture;
  }
  material = std::move(result);
}

[[noreturn]] void BadPatch(const std::string& key, const std::string& wanted) {
  throw Error(ErrorKind::kModel, "\"" + key + "\" must be " + wanted);
}

float Fraction(const nlohmann::json& patch, const std::string& key) {
  const nlohmann::json& value = patch.at(key);
  if (!value.is_number() || value < 0 || value > 1) {
    BadPatch(key, "a number from 0 to 1");
  }
  return value.get<float>();
}

Eigen::Vector3f Emission(const nlohmann::json& value) {
  if (value.is_number()) return Eigen::Vector3f::Constant(value.get<float>());
  if (!value.is_array() || value.size() != 3) {
    BadPatch("emission", "a number or three");
  }
  return {value[0].get<float>(), value[1].get<float>(), value[2].get<float>()};
}

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || Lower(pattern[p]) == Lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

void ApplyOverrides(const Piece& piece,
                    const std::vector<MaterialOverride>& overrides,
                    std::vector<Material>& materials) {
  const std::vector<Material> originals = materials;
  for (const MaterialOverride& change : overrides) {
    const std::vector<bool> selected = Selected(piece, change.slot, originals);
    for (size_t i = 0; i < materials.size(); ++i) {
      if (!selected[i]) continue;
      materials[i] = originals[i];  // a tint starts from the piece's own look
      Recolour(change, materials[i]);
    }
  }
}

Texture TintedTexture(const Texture& texture, const Eigen::Vector3f& colour) {
  constexpr std::array<float, 3> kLuma = {0.2126f, 0.7152f, 0.0722f};
  const Eigen::Vector3f mean = MeanColour(texture);
  const float mean_luma = std::max(
      1e-3f, kLuma[0] * mean[0] + kLuma[1] * mean[1] + kLuma[2] * mean[2]);
  Texture tinted{texture.srgb};
  const int channels = tinted.srgb.channels();
  const size_t count =
      static_cast<size_t>(tinted.srgb.width()) * tinted.srgb.height();
  for (size_t i = 0; i < count; ++i) {
    uint8_t* texel = tinted.srgb.data() + i * channels;
    float luma = 0;
    for (int c = 0; c < 3; ++c) luma += kLuma[c] * LinearFromSrgb8(texel[c]);
    for (int c = 0; c < 3; ++c) {
      texel[c] = Srgb8FromLinear(colour[c] * luma / mean_luma);
    }
  }
  return tinted;
}

std::string_view MaterialKindName(MaterialKind kind) {
  for (const auto& [value, name] : kKindNames) {
    if (value == kind) return name;
  }
  return "plain";
}

Eigen::Vector3f LinearFromHex(const std::string& hex) {
  const bool valid = hex.size() == 7 && hex[0] == '#' &&
                     std::all_of(hex.begin() + 1, hex.end(), [](char c) {
                       return std::isxdigit(static_cast<unsigned char>(c)) != 0;
                     });
  if (!valid) BadPatch("color", "like \"#c8b8a0\", not \"" + hex + "\"");
  Eigen::Vector3f linear;
  for (int i = 0; i < 3; ++i) {
    linear[i] = LinearFromSrgb8(
        static_cast<uint8_t>(std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16)));
  }
  return linear;
}

void ApplyPatch(const nlohmann::json& patch, Material& material) {
  if (patch.contains("kind")) {
    const std::string word = patch["kind"].get<std::string>();
    const auto found =
        std::find_if(kKindNames.begin(), kKindNames.end(), [&](const auto& k) {
          return k.second == word;
        });
    if (found == kKindNames.end()) BadPatch("kind", "a kind of material");
    ApplyKind(found->first, material);
  }
  const bool tint = patch.contains("texture") && patch["texture"] == "tint";
  if (patch.contains("texture") && patch["texture"] == false) {
    material.base_texture = nullptr;
  }
  if (patch.contains("color")) {
    const Eigen::Vector3f colour =
        LinearFromHex(patch["color"].get<std::string>());
    if (tint && material.base_texture != nullptr) {
      material.base_texture = std::make_shared<Texture>(
          TintedTexture(*material.base_texture, colour));
      material.base_color = Eigen::Vector3f::Ones();
    } else {
      material.base_color = colour;
    }
  }
  if (patch.contains("roughness")) {
    material.roughness = Fraction(patch, "roughness");
  }
  if (patch.contains("metallic")) {
    material.metallic = Fraction(patch, "metallic");
  }
  if (patch.contains("opacity")) material.opacity = Fraction(patch, "opacity");
  if (patch.contains("emission")) {
    material.emission = Emission(patch["emission"]);
  }
  if (patch.contains("detail")) {
    material.detail = patch["detail"].get<std::string>();
  }
  if (patch.contains("detail_scale_m")) {
    material.detail_scale_m = patch["detail_scale_m"].get<float>();
  }
}

}  // namespace stage::engine
