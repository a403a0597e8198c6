#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// How nearly an island is one rectangle, in any direction: 0..1.
/// @param island  CV_8U, 255 on it
double Boxed(const cv::Mat& island);

}  // namespace stage::engine
