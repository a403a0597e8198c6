#include "engine/edit/surface_pattern.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/edit/surface_layout.h"

namespace stage::engine {
namespace {

using procedural::DetailPoint;
using procedural::Fbm2;
using procedural::HashUnit;
using procedural::Noise2;

constexpr float kTau = 6.2831853f;

float Line(float value, float width) {
  const float line = 1 - std::min(1.0f, std::abs(value) / width);
  return line * line;
}

/// A leaf of the sprig, in parts of the repeat's width.
struct Leaf {
  float x, y, angle, length, width, tone;
};

constexpr auto kLeaves = std::to_array<Leaf>({
    {-0.16f, 0.13f, 0.6f, 0.30f, 0.10f, -0.20f},
    {0.17f, 0.30f, 2.5f, 0.28f, 0.10f, -0.15f},
    {-0.13f, 0.52f, 0.5f, 0.27f, 0.09f, -0.12f},
    {0.15f, 0.68f, 2.6f, 0.25f, 0.09f, -0.20f},
    {-0.10f, 0.88f, 0.7f, 0.22f, 0.08f, -0.15f},
    {0.09f, 1.03f, 2.4f, 0.19f, 0.07f, -0.12f},
    {0.00f, 1.17f, 1.57f, 0.20f, 0.07f, -0.18f},
    {0.33f, 0.10f, 1.1f, 0.14f, 0.05f, 0.10f},
    {-0.34f, 0.84f, 2.1f, 0.14f, 0.05f, 0.10f},
});

constexpr float kRepeatWidth = 0.27f;   // metres
constexpr float kRepeatHeight = 0.42f;  // metres

/// How deep within a pointed leaf a place lies, in the leaf's parts; below 0
/// outside.
float InLeaf(const Leaf& leaf, float x, float y) {
  const float dx = x - leaf.x, dy = y - leaf.y;
  const float cosine = std::cos(leaf.angle), sine = std::sin(leaf.angle);
  const float along = 2 * (cosine * dx + sine * dy) / leaf.length;
  const float across = 2 * (cosine * dy - sine * dx) / leaf.width;
  return 1 - along * along - std::abs(across);
}

float Sprig(float x, float y, float blur) {
  const auto covers = [blur](float depth, float size) {
    return std::clamp(depth * size / blur + 0.5f, 0.0f, 1.0f);
  };
  const float stem = 0.012f - std::abs(x - 0.05f * std::sin(kTau * y / 1.4f));
  float tone = y > 0.02f && y < 1.12f ? -0.15f * covers(stem, 1) : 0.0f;
  for (const Leaf& leaf : kLeaves) {
    const float depth = InLeaf(leaf, x, y);
    const float cover = covers(depth, 0.5f * leaf.width);
    tone += cover * (leaf.tone * (0.8f + 0.2f * depth) - tone);
  }
  return tone;
}

/// How far a rough element stands out, metres.
float Height(const SurfaceRecipe& recipe, float u, float v) {
  const Eigen::Vector2f at = RoughPlace(recipe, u, v);
  const SurfaceElement element = LayElement(recipe, at.x(), at.y());
  const float worn = 0.5f * recipe.joint + 1.6f * recipe.uneven;
  const float in = std::clamp(element.inside / worn, 0.0f, 1.0f);
  const float away = 31 * HashUnit(element.id + 5);
  const float face =
      Fbm2((element.u + away) / 0.11f, element.v / 0.05f, 4, 0.55f, 94);
  const float tilt = (HashUnit(element.id + 6) - 0.5f) * element.v / 0.06f;
  return recipe.uneven * (1.3f * in * (2 - in) + 0.8f * face + 0.5f * tilt);
}

}  // namespace

Eigen::Vector3f MarbleSlab(const DetailPoint& at) {
  // Beds lie askew; veins follow them more than they cross them.
  const float s = 0.83f * at.u + 0.56f * at.v, t = 0.83f * at.v - 0.56f * at.u;
  const float bend = Fbm2(s * 1.6f, t * 1.6f, 4, 0.5f, 301);
  const float shift = Fbm2(s * 1.6f + 7, t * 1.6f, 4, 0.5f, 302);
  const float beds =
      Fbm2(0.8f * s + 0.35f * shift, 2.3f * t + 0.55f * bend, 4, 0.5f, 303);
  const float threads =
      Fbm2(2.2f * s + 0.9f * bend, 5.2f * t + 0.8f * shift, 4, 0.5f, 304);
  const float strength =
      std::clamp(0.3f + 1.1f * Noise2(1.3f * s, 2 * t, 305), 0.0f, 1.0f);
  const float width = 0.015f + 0.05f * strength;
  const float vein = strength * Line(beds, width) * at.Keep(0.01f);
  const float smoke = Line(beds - 0.04f, 0.3f);
  const float thread = (1 - strength) * Line(threads, 0.035f) * at.Keep(0.005f);
  const float cloud = Fbm2(1.4f * s, 3.2f * t, 4, 0.5f, 306);
  const float tone = 0.05f + 0.06f * cloud - 0.22f * vein -
                     0.10f * smoke * (0.5f + 0.5f * strength) - 0.12f * thread;
  return Eigen::Vector3f::Ones() + tone * Eigen::Vector3f(1.03f, 1.0f, 0.96f);
}

Eigen::Vector3f GraniteSlab(const DetailPoint& at) {
  // Crystals from 2 cm to 3 mm: dark mica, white quartz, warm feldspar.
  const float coarse = Fbm2(at.u * 55, at.v * 55, 2, 0.6f, 311);
  const float mica = Noise2(at.u * 120, at.v * 120, 312);
  const float quartz = Noise2(at.u * 105 + 9, at.v * 105, 313);
  const float fine = Noise2(at.u * 330, at.v * 330, 314);
  const float keep = at.Keep(0.008f);
  const float tone = 0.10f * Fbm2(at.u * 6, at.v * 6, 3, 0.5f, 315) +
                     0.34f * coarse * at.Keep(0.016f) +
                     keep * (0.9f * std::max(0.0f, quartz - 0.12f) -
                             1.1f * std::max(0.0f, mica - 0.1f)) +
                     0.25f * fine * at.Keep(0.003f);
  const float warm =
      0.06f * Noise2(at.u * 70 + 3, at.v * 70, 316) * at.Keep(0.014f);
  return Eigen::Vector3f(1 + tone + warm, 1 + tone, 1 + tone - warm);
}

Eigen::Vector3f SprigPaper(const DetailPoint& at) {
  const float column = std::floor(at.u / kRepeatWidth);
  const bool is_dropped = (static_cast<int>(column) & 1) != 0;
  const float v = at.v + (is_dropped ? 0.5f * kRepeatHeight : 0.0f);
  const float row = std::floor(v / kRepeatHeight);
  const float x = at.u / kRepeatWidth - column - 0.5f;
  const float y = (v - row * kRepeatHeight) / kRepeatWidth;
  const float blur = at.footprint / kRepeatWidth + 0.004f;
  const float fibre =
      0.012f * Noise2(at.u * 300, at.v * 300, 75) * at.Keep(0.005f);
  const float tone = Sprig(is_dropped ? -x : x, y - 0.08f, blur) *
                         std::max(at.Keep(0.06f), 0.0f) +
                     fibre;
  return Eigen::Vector3f::Ones() + tone * Eigen::Vector3f(1.1f, 0.9f, 1.0f);
}

Eigen::Vector2f RoughPlace(const SurfaceRecipe& recipe, float u, float v) {
  const float by = 0.8f * recipe.uneven;
  return {u + by * Fbm2(u / 0.04f, v / 0.04f, 2, 0.6f, 91),
          v + by * Fbm2(u / 0.04f + 9, v / 0.04f, 2, 0.6f, 92)};
}

float RoughShade(const SurfaceRecipe& recipe,
                 float u,
                 float v,
                 float footprint) {
  // Slopes of worn edges and of faces are of about this length.
  const float wave = 0.02f;
  const float keep = std::clamp((wave / footprint - 0.8f) / 1.8f, 0.0f, 1.0f);
  if (recipe.uneven <= 0 || keep <= 0) return 1;
  const float step = std::max(0.0015f, 0.5f * footprint);
  const float rise =
      (Height(recipe, u, v + step) - Height(recipe, u, v - step)) / (2 * step);
  const float aside =
      (Height(recipe, u + step, v) - Height(recipe, u - step, v)) / (2 * step);
  return 1 + keep * std::clamp(-0.55f * rise - 0.2f * aside, -0.4f, 0.3f);
}

}  // namespace stage::engine
