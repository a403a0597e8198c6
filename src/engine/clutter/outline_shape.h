#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// How nearly an island is one rectangle, in any direction: 0..1.
/// @param island  CV_8U, 255 on it
double Boxed(const cv::Mat& island);

/// The share of its convex hull that the largest part of an island fills: 0..1.
double Convexity(const cv::Mat& island);

}  // namespace stage::engine
