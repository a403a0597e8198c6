#include "engine/catalogue/procedural/materials.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace stage::engine::procedural {
namespace {

float Linear(int display) {
  const float value = static_cast<float>(display) / 255.0f;
  return value <= 0.04045f ? value / 12.92f
                           : std::pow((value + 0.055f) / 1.055f, 2.4f);
}

Material Named(const std::string& slot, MaterialKind kind) {
  Material material;
  material.name = slot;
  material.kind = kind;
  return material;
}

}  // namespace

Vec3 LinearColour(const std::string& hex) {
  const unsigned long value = std::stoul(hex.substr(1), nullptr, 16);
  return {Linear(static_cast<int>(value >> 16 & 255)),
          Linear(static_cast<int>(value >> 8 & 255)),
          Linear(static_cast<int>(value & 255))};
}

uint8_t DisplayValue(float linear) {
  const float clipped = std::clamp(linear, 0.0f, 1.0f);
  const float display = clipped <= 0.0031308f
                            ? clipped * 12.92f
                            : 1.055f * std::pow(clipped, 1 / 2.4f) - 0.055f;
  return static_cast<uint8_t>(std::lround(display * 255));
}

Material Fabric(const std::string& slot,
                const std::string& hex,
                const std::string& detail) {
  Material material = Named(slot, MaterialKind::kFabric);
  material.base_color = LinearColour(hex);
  material.detail = detail;
  material.roughness = detail == "velvet" ? 0.7f : 0.92f;
  return material;
}

Material Leather(const std::string& slot, const std::string& hex) {
  Material material = Named(slot, MaterialKind::kLeather);
  material.base_color = LinearColour(hex);
  material.roughness = 0.48f;
  return material;
}

Material Wood(const std::string& species, const std::string& slot) {
  static const std::map<std::string, std::pair<std::string, float>> kSpecies{
      {"oak", {"#b39470", 0.48f}},
      {"walnut", {"#6b4a33", 0.42f}},
      {"ash", {"#cdb793", 0.5f}},
      {"teak", {"#94683f", 0.5f}},
      {"pine", {"#c6a577", 0.55f}},
      {"black", {"#211d1a", 0.45f}},
      {"white", {"#e8e4dc", 0.42f}}};
  Material material = Named(slot, MaterialKind::kWood);
  const auto& [hex, roughness] = kSpecies.at(species);
  material.base_color = LinearColour(hex);
  material.roughness = roughness;
  material.detail = species == "black"   ? "stained"
                    : species == "white" ? "painted"
                                         : species;
  return material;
}

Material Lacquer(const std::string& slot,
                 const std::string& hex,
                 float roughness) {
  Material material = Named(slot, MaterialKind::kPlain);
  material.base_color = LinearColour(hex);
  material.roughness = roughness;
  return material;
}

Material Metal(const std::string& finish, const std::string& slot) {
  Material material = Named(slot, MaterialKind::kMetal);
  material.metallic = 1;
  material.roughness = 0.32f;
  material.detail = "brushed";
  if (finish == "black") {
    // Powder-coated steel is a matt paint, not a mirror.
    material.metallic = 0;
    material.base_color = Vec3::Constant(0.014f);
    material.roughness = 0.5f;
    material.detail = "powder";
  } else if (finish == "brass") {
    material.base_color = {0.62f, 0.43f, 0.19f};
    material.roughness = 0.3f;
  } else if (finish == "bronze") {
    material.base_color = {0.15f, 0.1f, 0.065f};
    material.roughness = 0.42f;
  } else if (finish == "chrome") {
    material.base_color = {0.62f, 0.62f, 0.63f};
    material.roughness = 0.12f;
    material.detail = "polished";
  } else {
    material.base_color = {0.5f, 0.49f, 0.48f};
  }
  return material;
}

Material Ceramic(const std::string& slot,
                 const std::string& hex,
                 float roughness) {
  Material material = Lacquer(slot, hex, roughness);
  material.detail = "ceramic";
  return material;
}

Material Stone(const std::string& kind, const std::string& slot) {
  static const std::map<std::string, std::pair<std::string, float>> kKinds{
      {"marble", {"#e6e3de", 0.2f}},
      {"travertine", {"#cbb99c", 0.5f}},
      {"terrazzo", {"#d9d4cb", 0.35f}},
      {"concrete", {"#9d9a95", 0.75f}},
      {"slate", {"#3c3d40", 0.55f}}};
  Material material = Named(slot, MaterialKind::kStone);
  const auto& [hex, roughness] = kKinds.at(kind);
  material.base_color = LinearColour(hex);
  material.roughness = roughness;
  material.detail = kind;
  return material;
}

Material ClearGlass(const std::string& slot) {
  Material material = Named(slot, MaterialKind::kGlass);
  material.base_color = {0.96f, 0.98f, 0.97f};
  material.roughness = 0.02f;
  material.opacity = 0.12f;
  return material;
}

Material Shade(const std::string& hex, float glow) {
  Material material = Named("shade", MaterialKind::kFabric);
  material.base_color = LinearColour(hex);
  material.detail = "linen";
  material.roughness = 0.95f;
  material.emission = glow * Vec3(1.0f, 0.83f, 0.62f);
  return material;
}

Material Bulb(float glow) {
  Material material = Named("bulb", MaterialKind::kPlain);
  material.base_color = {0.9f, 0.88f, 0.84f};
  material.roughness = 0.4f;
  material.emission = glow * Vec3(1.0f, 0.84f, 0.64f);
  return material;
}

Material Woven(const std::string& slot, const std::string& kind) {
  Material material = Named(slot, MaterialKind::kFabric);
  material.base_color = LinearColour(kind == "rattan" ? "#b78d58" : "#b39a74");
  material.roughness = 0.75f;
  material.detail = kind;
  return material;
}

Material Foliage(const std::string& slot, const std::string& hex) {
  Material material = Named(slot, MaterialKind::kFoliage);
  material.base_color = LinearColour(hex);
  material.roughness = 0.45f;
  return material;
}

Material Pictured(const std::string& slot,
                  MaterialKind kind,
                  std::shared_ptr<const Texture> texture) {
  Material material = Named(slot, kind);
  material.base_color = Vec3::Ones();
  material.base_texture = std::move(texture);
  material.roughness = kind == MaterialKind::kFabric ? 0.95f : 0.8f;
  return material;
}

Material Mirror() {
  Material material = Named("mirror", MaterialKind::kMetal);
  material.base_color = Vec3::Constant(0.9f);
  material.metallic = 1;
  material.roughness = 0.02f;
  material.detail = "polished";
  return material;
}

}  // namespace stage::engine::procedural
