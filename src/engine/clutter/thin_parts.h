#pragma once

#include <opencv2/core.hpp>

#include "engine/clutter/even_surfaces.h"

namespace stage::engine {

/// What is too thin to keep a surface from being even there: twigs, rods,
/// cords, the rims of feet. Joints of a floor, darker than it and of its hue,
/// are none.
/// @param rgb  8-bit RGB working picture, grain and all
/// @return CV_8U, 255 on them, of the picture's size
cv::Mat ThinParts(const cv::Mat& rgb, const EvenSurfaces& surfaces);

/// Adds the thin parts that begin at something larger and end near it.
void AttachThinParts(const cv::Mat& thin, cv::Mat& mask);

}  // namespace stage::engine
