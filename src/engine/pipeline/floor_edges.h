#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// Moves the long straight edges of a floor's outline to where the floor's
/// own look ends in the photo: an outline that is some pixels off would leave a
/// strip of the old floor, or run over the skirting. Edges beside which floor
/// and wall look alike stay, as do those on the photo's border.
/// @param outline  closed, in pixels of `srgb`
/// @param srgb     8-bit RGB
std::vector<Eigen::Vector2d> AlignFloorEdges(
    std::vector<Eigen::Vector2d> outline, const ImageU8& srgb);

}  // namespace stage::engine
