#pragma once

#include <opencv2/core.hpp>

#include "engine/edit/smooth_color.h"

namespace stage::engine {

/// How far in Lab a white sky is from being one white.
inline constexpr float kWhiteTolerance = 2.6f;

/// A blown-out sky is one white and nothing else; other skies vary.
bool IsBlownOut(const cv::Mat& lab, const cv::Mat& sky);

/// The row below a mask's lowest one.
int LowestRow(const cv::Mat& mask);

/// Adds gaps in branches to a sky: its own colour, not far from it nor below
/// it, and under a white sky nothing that may be a wall.
/// @param color  of the sky
void AddGaps(const cv::Mat& lab, const SmoothColor& color, cv::Mat& sky);

}  // namespace stage::engine
