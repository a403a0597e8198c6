#pragma once

#include <opencv2/core.hpp>

#include "core/image.h"

namespace stage::engine {

/// OpenCV's view of an image: shares its pixels, which must outlive it. What is
/// written to the view is written to the image.
inline cv::Mat MatOf(const ImageU8& image) {
  return {image.height(),
          image.width(),
          CV_MAKETYPE(CV_8U, image.channels()),
          const_cast<uint8_t*>(image.data())};
}

inline cv::Mat MatOf(const ImageF& image) {
  return {image.height(),
          image.width(),
          CV_MAKETYPE(CV_32F, image.channels()),
          const_cast<float*>(image.data())};
}

}  // namespace stage::engine
