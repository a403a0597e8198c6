#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// CIE L*a*b* (D65; L 0..100) of an 8-bit sRGB picture, as CV_32FC3. Unlike
/// OpenCV's own conversion it needs no tables of 100 ms to start with.
cv::Mat LabOf(const cv::Mat& srgb);

/// How far two Lab colours of matte surfaces are apart once the first is seen
/// in the second one's light: in less light, chroma scales with lightness.
double HueDifference(const cv::Vec3d& color, const cv::Vec3d& other);

}  // namespace stage::engine
