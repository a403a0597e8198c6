#pragma once

#include <opencv2/imgproc.hpp>

namespace stage::engine {

/// A mask grown by so many pixels in all directions.
/// @param mask  CV_8U, 0 or 255
inline cv::Mat GrownBy(int radius_px, const cv::Mat& mask) {
  cv::Mat grown;
  cv::dilate(
      mask,
      grown,
      cv::getStructuringElement(cv::MORPH_ELLIPSE,
                                {2 * radius_px + 1, 2 * radius_px + 1}));
  return grown;
}

}  // namespace stage::engine
