#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "core/photo/photo.h"

namespace stage::engine::test {

/// A drawn house in a garden under a sky, and what is known about it.
struct DrawnExterior {
  Photo photo;  ///< 960 x 640, 8-bit sRGB
  cv::Mat sky;  ///< CV_8U, 255: sky
  std::vector<cv::Rect> windows;
};

/// @param sky_top, sky_horizon  display sRGB (RGB) of the sky's gradient
DrawnExterior DrawExterior(const cv::Vec3b& sky_top,
                           const cv::Vec3b& sky_horizon);

}  // namespace stage::engine::test
