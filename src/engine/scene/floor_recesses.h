#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"

namespace stage::engine {

/// A range of viewing directions, in radians as BoundaryRun has them.
struct AzimuthRange {
  double from = 0, to = 0;
};

/// Where floor is seen past the walls on both sides: a niche, a doorway, or
/// something that stands on the floor and was taken for it.
std::vector<AzimuthRange> FindRecesses(const std::vector<BoundaryRun>& runs);

/// Mean line support, 0..1, of the boundary within these directions.
double SupportWithin(const std::vector<BoundaryRun>& runs,
                     const std::vector<AzimuthRange>& ranges);

/// Sets `mask`, of the camera's picture, to 0 in these directions.
void ClearDirections(const Camera& camera,
                     const std::vector<AzimuthRange>& ranges,
                     cv::Mat& mask);

}  // namespace stage::engine
