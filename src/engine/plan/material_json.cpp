#include "engine/plan/material_json.h"

#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"

namespace stage::engine {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<const char*, MaterialKind>, 9> kKinds = {{
    {"plain", MaterialKind::kPlain},
    {"fabric", MaterialKind::kFabric},
    {"wood", MaterialKind::kWood},
    {"leather", MaterialKind::kLeather},
    {"metal", MaterialKind::kMetal},
    {"glass", MaterialKind::kGlass},
    {"foliage", MaterialKind::kFoliage},
    {"paper", MaterialKind::kPaper},
    {"stone", MaterialKind::kStone},
}};

MaterialKind KindFromWord(const std::string& word) {
  for (const auto& [name, kind] : kKinds) {
    if (word == name) return kind;
  }
  throw Error(ErrorKind::kInput, "plan: unknown material kind '" + word + "'");
}

const char* WordFromKind(MaterialKind kind) {
  for (const auto& [name, value] : kKinds) {
    if (value == kind) return name;
  }
  return "plain";
}

float UsualRoughness(MaterialKind kind) {
  switch (kind) {
    case MaterialKind::kFabric:
      return 0.9f;
    case MaterialKind::kLeather:
      return 0.45f;
    case MaterialKind::kWood:
      return 0.5f;
    case MaterialKind::kMetal:
      return 0.3f;
    case MaterialKind::kGlass:
      return 0.03f;
    case MaterialKind::kStone:
      return 0.35f;
    case MaterialKind::kPaper:
      return 0.85f;
    default:
      return 0.6f;
  }
}

float Linear(uint8_t display) {
  const double value = display / 255.0;
  return static_cast<float>(value <= 0.04045
                                ? value / 12.92
                                : std::pow((value + 0.055) / 1.055, 2.4));
}

}  // namespace

Material MaterialFromPreset(const json& entry,
                            const std::array<uint8_t, 3>& srgb) {
  Material material;
  material.kind = KindFromWord(entry.at("kind"));
  material.detail = entry.value("detail", "");
  material.base_color = {Linear(srgb[0]), Linear(srgb[1]), Linear(srgb[2])};
  material.roughness = entry.value("roughness", UsualRoughness(material.kind));
  material.metallic = entry.value(
      "metallic", material.kind == MaterialKind::kMetal ? 1.f : 0.f);
  if (material.kind == MaterialKind::kGlass) material.opacity = 0.15f;
  return material;
}

json OverrideToJson(const MaterialOverride& one) {
  const Material& material = one.material;
  return {
      {"slot", one.slot},
      {"kind", WordFromKind(material.kind)},
      {"detail", material.detail},
      {"base_color",
       {material.base_color.x(),
        material.base_color.y(),
        material.base_color.z()}},
      {"roughness", material.roughness},
      {"metallic", material.metallic},
      {"specular_f0", material.specular_f0},
      {"opacity", material.opacity},
      {"emission",
       {material.emission.x(), material.emission.y(), material.emission.z()}},
      {"detail_scale_m", material.detail_scale_m},
      {"keep_texture", one.keep_texture}};
}

MaterialOverride OverrideFromJson(const json& entry) {
  MaterialOverride one;
  Material& material = one.material;
  one.slot = entry.at("slot");
  material.kind = KindFromWord(entry.at("kind"));
  material.detail = entry.value("detail", "");
  const auto color = entry.at("base_color").get<std::array<float, 3>>();
  material.base_color = {color[0], color[1], color[2]};
  material.roughness = entry.value("roughness", UsualRoughness(material.kind));
  material.metallic = entry.value("metallic", 0.f);
  material.specular_f0 = entry.value("specular_f0", material.specular_f0);
  material.opacity = entry.value("opacity", 1.f);
  const auto emission = entry.value("emission", std::array<float, 3>{0, 0, 0});
  material.emission = {emission[0], emission[1], emission[2]};
  material.detail_scale_m = entry.value("detail_scale_m", 0.f);
  one.keep_texture = entry.value("keep_texture", false);
  return one;
}

}  // namespace stage::engine
