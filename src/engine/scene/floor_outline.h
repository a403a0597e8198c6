#pragma once

#include <Eigen/Core>
#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/box_fit.h"

namespace stage::engine {

/// 255 where the camera sees the floor of the box, for a picture of the
/// camera's size.
cv::Mat BoxFloorMask(const Camera& camera, const Box& box);

/// The outline of a mask's larger regions, joined by lines between them, and
/// simplified to the accuracy of a pixel; coordinates are pixel corners of the
/// mask. Empty without region.
std::vector<Eigen::Vector2d> OutlineOfMask(const cv::Mat& mask);

/// 255 inside a polygon given in pixel-corner coordinates.
cv::Mat MaskOfOutline(const std::vector<Eigen::Vector2d>& outline,
                      const cv::Size& size);

}  // namespace stage::engine
