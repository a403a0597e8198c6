#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// Where colours change gently: walls, ceilings, doors, not what has a grain.
/// @param picture  CV_32FC3, display values 0..1
/// @return CV_8U, 255 there
cv::Mat EvenPart(const cv::Mat& picture);

}  // namespace stage::engine
