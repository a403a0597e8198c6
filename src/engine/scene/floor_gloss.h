#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"

namespace stage::engine {

struct FloorGloss {
  double f0 = 0;  ///< mirror reflectance at normal incidence; 0: matt
  double roughness = 0.3;
  double correlation = 0;  ///< -1..1, between the floor and its mirror image
};

/// How much of a mirror the floor is: what stands behind each floor point is
/// looked up upside down (same direction, height from the mirror law) and
/// compared with the floor's own brightness after both have lost their slow
/// changes. The slope of that relation over Fresnel's law gives f0, the blur of
/// the mirror image that fits best gives the roughness.
/// @param half_rgb    8-bit picture of half the working size
/// @param half_floor  255 where its floor is
/// @param height      ceiling in camera heights
FloorGloss MeasureGloss(const Camera& half_camera,
                        const cv::Mat& half_rgb,
                        const cv::Mat& half_floor,
                        const std::vector<BoundaryRun>& runs,
                        double height);

}  // namespace stage::engine
