#pragma once

#include <opencv2/imgproc.hpp>

namespace stage::engine {

/// Calls `visit` with each connected part of a mask that is large enough: the
/// part as a mask of the same size, and the box around it.
/// @param mask          CV_8U
/// @param connectivity  4, or 8: corners touch as well
/// @param least_area    of the mask's own
template <typename Visit>
void ForEachPart(const cv::Mat& mask,
                 int connectivity,
                 double least_area,
                 const Visit& visit) {
  cv::Mat labels, stats, centers;
  const int count = cv::connectedComponentsWithStats(
      mask, labels, stats, centers, connectivity);
  for (int i = 1; i < count; ++i) {
    if (stats.at<int>(i, cv::CC_STAT_AREA) <
        least_area * static_cast<double>(mask.total())) {
      continue;
    }
    visit(labels == i,
          cv::Rect(stats.at<int>(i, cv::CC_STAT_LEFT),
                   stats.at<int>(i, cv::CC_STAT_TOP),
                   stats.at<int>(i, cv::CC_STAT_WIDTH),
                   stats.at<int>(i, cv::CC_STAT_HEIGHT)));
  }
}

}  // namespace stage::engine
