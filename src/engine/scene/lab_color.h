#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// CIE L*a*b* (D65; L 0..100) of an 8-bit sRGB picture, as CV_32FC3. Unlike
/// OpenCV's own conversion it needs no tables of 100 ms to start with.
cv::Mat LabOf(const cv::Mat& srgb);

}  // namespace stage::engine
