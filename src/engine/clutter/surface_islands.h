#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/clutter/even_surfaces.h"

namespace stage::engine {

/// What surfaces surround: parts that belong to none, apart from the lines at
/// which surfaces meet, each with its outline filled. Legs go on across
/// skirtings, poles to their feet, and crumbs close by belong to a part.
/// @param thin  see ThinParts
/// @return CV_8U masks of the picture's size
std::vector<cv::Mat> IslandsAmong(const EvenSurfaces& surfaces,
                                  const cv::Mat& thin);

}  // namespace stage::engine
