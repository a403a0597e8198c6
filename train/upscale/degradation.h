#pragma once

#include <opencv2/core.hpp>

#include "upscale/drawn_pictures.h"

namespace stage::train {

/// Half the size by cubic convolution (Keys 1981, a = -0.5), widened by two so
/// that nothing aliases: the reduction that super resolution is measured with.
/// Edges are mirrored.
/// @param picture  CV_8UC3 with even sides
cv::Mat HalvedBicubic(const cv::Mat& picture);

/// What a listing photo went through, mildly and at random: slight blur,
/// reduction, sensor noise, JPEG of quality 75 to 95.
/// @param picture  CV_8UC3 with even sides
/// @return  CV_8UC3 of half the size
cv::Mat HalvedAndWorn(Random& random, const cv::Mat& picture);

}  // namespace stage::train
