#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// How much each pixel looks like the floor rather than anything else, judged
/// by colour alone against a first guess of where the floor is.
/// @param lab        CV_32FC3 picture, see LabOf
/// @param floor      8-bit, same size, 255 where the floor is thought to be
/// @param elsewhere  8-bit, same size, 255 where it is thought not to be
/// @return CV_32F log likelihood ratio, clamped to ±1.5; 0: cannot tell
cv::Mat FloorLikelihood(const cv::Mat& lab,
                        const cv::Mat& floor,
                        const cv::Mat& elsewhere);

/// How far colours tell the floor from what rises above it in the picture,
/// 0..1. A wall in shade that looks like the floor would otherwise be taken for
/// more of it.
/// @param likelihood  what FloorLikelihood learned from `floor` and `elsewhere`
double ColorTrust(const cv::Mat& likelihood,
                  const cv::Mat& floor,
                  const cv::Mat& elsewhere);

}  // namespace stage::engine
