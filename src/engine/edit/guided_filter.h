#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// The linear model of a guided filter: output = gain · guide + offset, with
/// coefficients that vary slowly and may be enlarged to the photo's size,
/// where they make an output with the photo's own edges.
struct GuidedModel {
  cv::Mat gain;    ///< CV_32FC(guide's channels)
  cv::Mat offset;  ///< CV_32FC1

  /// Offset and then gain as the channels of one map, for MapRow.
  cv::Mat Packed() const;
};

/// Source: He, Sun, Tang, "Guided Image Filtering", eq. 5-8 (grey guide) and
/// 14-16 (colour guide); the enlarging is "Fast Guided Filter",
/// arXiv:1505.00996.
/// @param guide    CV_32FC1 or CV_32FC3
/// @param input    CV_32FC1 of the guide's size
/// @param radius   of the window, in pixels
/// @param epsilon  variance of the guide below which it counts as flat
GuidedModel FitGuidedModel(const cv::Mat& guide,
                           const cv::Mat& input,
                           int radius,
                           double epsilon);

/// The model at each pixel of the guide it was fitted to. CV_32FC1.
cv::Mat ApplyGuidedModel(const GuidedModel& model, const cv::Mat& guide);

}  // namespace stage::engine
