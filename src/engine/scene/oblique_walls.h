#pragma once

#include <Eigen/Core>
#include <optional>

#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// Looks for walls that stand at an angle to the room's axes, as in a bay or
/// under a gable: one horizontal direction in which lines of no axis agree,
/// above the horizon as well as below it, for joints of a floor laid diagonally
/// and the edges of sunlight lie on the floor alone.
/// @return the unit normal (x, z) of such walls; nullopt without any
std::optional<Eigen::Vector2d> FindObliqueNormal(
    const LayoutEvidence& evidence);

}  // namespace stage::engine
