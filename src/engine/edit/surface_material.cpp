#include "engine/edit/surface_material.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/photo/srgb_curve.h"
#include "core/suggestion.h"
#include "engine/catalogue/procedural/detail.h"
#include "engine/edit/surface_layout.h"
#include "engine/edit/surface_pattern.h"
#include "engine/edit/surface_recipe.h"

namespace stage::engine {

namespace {

using procedural::DetailPoint;
using procedural::HashUnit;

constexpr auto kPanes = std::to_array<std::pair<const char*, Pane>>({
    {"mirror", Pane::kMirror},
    {"clear-glass", Pane::kClearGlass},
    {"frosted-glass", Pane::kFrostedGlass},
});

Eigen::Vector3f Linear(const std::array<int, 3>& srgb) {
  Eigen::Vector3f linear;
  for (int c = 0; c < 3; ++c) {
    linear[c] = static_cast<float>(SrgbToLinear(srgb[c] / 255.0));
  }
  return linear;
}

Eigen::Vector3f StuffFactor(const SurfaceRecipe& r, const DetailPoint& at) {
  const auto tone = [](float t) -> Eigen::Vector3f {
    return Eigen::Vector3f::Constant(1 + t);
  };
  const auto clouds = [&](float size, uint32_t seed) {
    return procedural::Fbm2(at.u / size, at.v / size, 4, 0.5f, seed);
  };
  switch (r.stuff) {
    case Stuff::kWood:
      return procedural::WoodDetail(r.variant, 0, at).albedo_factor;
    case Stuff::kMarble:
      return MarbleSlab(at);
    case Stuff::kLimestone:
      return procedural::StoneDetail(r.variant, 0, at).albedo_factor;
    case Stuff::kConcrete:
      return procedural::StoneDetail(r.variant, 0, at).albedo_factor *
             (1 + 0.07f * clouds(0.9f, 81));
    case Stuff::kGranite:
      return GraniteSlab(at);
    case Stuff::kClay:
      if (r.laying == Laying::kBrick) {
        // Fired unevenly: darker and bluer in places.
        const float burnt = clouds(0.07f, 89) + 0.5f * clouds(0.02f, 90);
        return tone(0.16f * burnt * at.Keep(0.02f))
            .cwiseProduct(Eigen::Vector3f(1.0f, 1.03f, 1.05f));
      }
      return tone(0.10f * clouds(0.05f, 82) * at.Keep(0.02f) +
                  0.08f * clouds(0.012f, 83) * at.Keep(0.006f));
    case Stuff::kGlaze:
      return tone(0.012f * clouds(0.06f, 84));
    case Stuff::kLeather:
      return procedural::LeatherDetail(0, at).albedo_factor;
    case Stuff::kLinen: {
      // Yarn of uneven thickness is seen across a room, threads are not.
      const float slubs = procedural::Noise2(at.u * 5, at.v * 80, 95) +
                          procedural::Noise2(at.u * 80, at.v * 5, 96);
      return procedural::FabricDetail(r.variant, 0, at).albedo_factor *
             (1 + 0.035f * slubs * at.Keep(0.012f) + 0.04f * clouds(0.5f, 85));
    }
    case Stuff::kPile:
      return procedural::FabricDetail(r.variant, 0, at).albedo_factor *
             (1 + 0.04f * clouds(0.5f, 85));
    case Stuff::kPaint:
      return tone(0.008f * clouds(0.02f, 86) * at.Keep(0.01f));
    case Stuff::kPlaster:
      return tone(0.045f * clouds(0.55f, 87) +
                  0.03f * clouds(0.09f, 88) * at.Keep(0.03f));
    case Stuff::kWallpaper:
      return SprigPaper(at);
    case Stuff::kMetal:
      return procedural::MetalDetail(r.variant, 0, at).albedo_factor;
  }
  return Eigen::Vector3f::Ones();
}

}  // namespace

Pane PaneNamed(const std::string& name) {
  for (const auto& [word, pane] : kPanes) {
    if (word == name) return pane;
  }
  return Pane::kNone;
}

std::vector<std::string> MaterialNames() {
  std::vector<std::string> names = SurfaceMaterial::Names();
  for (const auto& [word, pane] : kPanes) names.emplace_back(word);
  return names;
}

void CheckMaterial(const std::string& name) {
  if (PaneNamed(name) == Pane::kNone) SurfaceMaterial::Named(name);
}

SurfaceMaterial SurfaceMaterial::Named(const std::string& name) {
  for (const SurfaceRecipe& recipe : SurfaceRecipes()) {
    if (recipe.name == name) return SurfaceMaterial(recipe);
  }
  throw Error(ErrorKind::kUsage,
              UnknownWordMessage("material", name, MaterialNames()));
}

std::vector<std::string> SurfaceMaterial::Names() {
  std::vector<std::string> names;
  for (const SurfaceRecipe& recipe : SurfaceRecipes())
    names.emplace_back(recipe.name);
  return names;
}

Eigen::Vector3f SurfaceMaterial::plain_albedo() const {
  return Linear(recipe_->srgb);
}

bool SurfaceMaterial::is_glossy() const { return recipe_->roughness < 0.6f; }

bool SurfaceMaterial::is_for_floors() const {
  return recipe_->laying != Laying::kPlain || recipe_->stuff == Stuff::kPile ||
         recipe_->stuff == Stuff::kConcrete;
}

SurfaceLook SurfaceMaterial::At(float u, float v, float footprint) const {
  const SurfaceRecipe& r = *recipe_;
  const Eigen::Vector2f place = RoughPlace(r, u, v);
  const SurfaceElement element = LayElement(r, place.x(), place.y());
  DetailPoint at;
  // Each element is cut from another place of the material.
  const float away = HashUnit(element.id) * 37.0f;
  at.u = element.u + (element.id != 0 ? away : 0);
  at.v = element.v + (element.id != 0 ? HashUnit(element.id + 1) * 11.0f : 0);
  at.footprint = std::max(footprint, 1e-4f);
  at.position = {at.u, at.v, away};
  at.normal = {0, 0, 1};
  at.tangent = {1, 0, 0};
  at.bitangent = {0, 1, 0};
  SurfaceLook look;
  look.f0 = r.f0;
  look.roughness = r.roughness;
  const float shade =
      1 + r.spread * (HashUnit(element.id + 2) + HashUnit(element.id + 3) - 1);
  look.albedo =
      Linear(r.srgb).cwiseProduct(StuffFactor(r, at).cwiseMax(0.05f)) * shade;
  if (r.joint > 0) {
    // The joint's share of the pixel.
    const float half = 0.5f * r.joint;
    const float blur = std::max(0.5f * at.footprint, 0.15f * r.joint);
    float joint =
        std::clamp((half - element.inside) / (2 * blur) + 0.5f, 0.0f, 1.0f);
    joint *= std::min(1.0f, r.joint / (2 * blur));
    look.albedo += (Linear(r.joint_srgb) - look.albedo) * joint;
    look.f0 *= 1 - joint;
    look.roughness += (0.9f - look.roughness) * joint;
  }
  look.albedo *= RoughShade(r, u, v, footprint);
  look.albedo = look.albedo.cwiseMin(0.9f);
  return look;
}

}  // namespace stage::engine
