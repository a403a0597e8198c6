#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace stage::engine {

/// How elements are laid; all but kPlain leave joints between them.
enum class Laying { kPlain, kPlanks, kGrid, kBrick, kHerringbone, kAshlar };
/// What elements are made of.
enum class Stuff {
  kWood,
  kMarble,
  kGranite,
  kLimestone,
  kConcrete,
  kClay,
  kGlaze,
  kLeather,
  kLinen,
  kPile,
  kPaint,
  kPlaster,
  kWallpaper,
  kMetal
};

/// What a material is made of and how it is laid.
struct SurfaceRecipe {
  const char* name;
  Stuff stuff;
  uint64_t variant;  ///< of the stuff's detail
  std::array<int, 3> srgb;
  Laying laying;
  float length = 0, width = 0;  ///< of an element, metres
  float joint = 0;              ///< metres
  std::array<int, 3> joint_srgb = {0, 0, 0};
  float spread = 0;  ///< of tone between elements
  float f0 = 0.04f;
  float roughness = 0.8f;
  float uneven = 0;  ///< of edges and faces, metres
};

/// All materials, as vendors list their words, and some more.
std::span<const SurfaceRecipe> SurfaceRecipes();

}  // namespace stage::engine
