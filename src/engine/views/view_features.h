#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// Points of a photo that are found again from elsewhere.
struct ViewFeatures {
  std::vector<cv::Point2f> points;  ///< pixels of the photo they were found in
  cv::Mat descriptors;              ///< CV_32F, a row a point
};

/// SIFT (D. Lowe, IJCV 2004) with the descriptors' roots compared, as R.
/// Arandjelović and A. Zisserman propose (CVPR 2012).
/// @param srgb  8-bit RGB, of any size
/// @param mask  CV_8U of its size, 0 where nothing is looked for; or empty
ViewFeatures FindFeatures(const ImageU8& srgb, const cv::Mat& mask);

/// One point in both photos.
struct PointPair {
  cv::Point2f first, second;
};

/// Pairs that are each other's nearest, and clearly nearer than the next.
std::vector<PointPair> MatchFeatures(const ViewFeatures& first,
                                     const ViewFeatures& second);

}  // namespace stage::engine
