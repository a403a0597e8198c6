#pragma once

#include <Eigen/Core>

#include "engine/catalogue/procedural/detail.h"
#include "engine/edit/surface_recipe.h"

namespace stage::engine {

/// The stones and papers of large surfaces, which furniture does not have.
/// Each gives a factor of the plain albedo; mean about 1.
Eigen::Vector3f MarbleSlab(const procedural::DetailPoint& at);
Eigen::Vector3f GraniteSlab(const procedural::DetailPoint& at);
/// Sprigs with leaves in a half-drop repeat.
Eigen::Vector3f SprigPaper(const procedural::DetailPoint& at);

/// Where rough elements really end: the point of the drawn pattern that lies
/// at (u, v), metres.
Eigen::Vector2f RoughPlace(const SurfaceRecipe& recipe, float u, float v);
/// How much lighter than its plane a rough element is, lit from above (along
/// v): worn edges, hewn or fired faces. 1 where a pixel averages it out.
float RoughShade(const SurfaceRecipe& recipe,
                 float u,
                 float v,
                 float footprint);

}  // namespace stage::engine
