#pragma once

#include <cstdint>

#include "engine/edit/surface_recipe.h"

namespace stage::engine {

/// The element a point lies in.
struct SurfaceElement {
  float u = 0, v = 0;   ///< within it, metres; planks run along u
  float inside = 1e9f;  ///< distance to the nearest joint's middle, metres
  uint32_t id = 0;
};

/// Which element of a recipe covers a point of the surface, in metres.
SurfaceElement LayElement(const SurfaceRecipe& recipe, float u, float v);

}  // namespace stage::engine
