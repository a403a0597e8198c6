#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// How much each pixel looks like the floor rather than anything else, judged
/// by colour alone against a first guess of where the floor is.
/// @param rgb     8-bit picture
/// @param floor   8-bit, 255 where the floor is thought to be
/// @param ignored 8-bit, 255 where the guess is too uncertain to learn from
/// @return CV_32F log likelihood ratio, clamped to ±1.5; 0: cannot tell
cv::Mat FloorLikelihood(const cv::Mat& rgb,
                        const cv::Mat& floor,
                        const cv::Mat& ignored);

}  // namespace stage::engine
