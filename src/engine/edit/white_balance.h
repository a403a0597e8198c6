#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// CIE x, y of the blackbody or daylight locus at a temperature, moved off it.
/// Source: Kim et al. 2002 for the Planckian locus (1667 to 25000 K).
/// @param kelvin  1667..25000
/// @param duv     distance from the locus in CIE 1960 u, v; positive: greenish
cv::Vec2d Chromaticity(double kelvin, double duv);

/// The matrix that makes a picture look as if its white were another: linear
/// sRGB in and out, white of unchanged luminance, by the Bradford transform
/// (as ICC.1:2022, annex E, uses it).
/// @param warm  mired by which white gets warmer (negative: colder), -100..100
/// @param tint  -100 (green)..100 (magenta)
cv::Matx33f WhiteBalanceMatrix(double warm, double tint);

/// The same between any two whites, given as CIE x, y.
cv::Matx33d AdaptationMatrix(const cv::Vec2d& from, const cv::Vec2d& to);

}  // namespace stage::engine
