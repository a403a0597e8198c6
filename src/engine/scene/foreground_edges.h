#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// Moves the upright edges of a foreground mask onto the photo's own edges
/// beside them: a mask of door jambs and columns, found on a coarse picture, is
/// off by some pixels and stepped, and furniture cut off along it would show
/// both. An edge follows the strongest contrast near it that runs on smoothly
/// (dynamic programming over the rows); where the photo shows none it stays on
/// the straight course of the mask's own edge.
/// @param rgb   CV_8UC3
/// @param mask  CV_8U of the same size, 0 or 255
/// @return CV_8U, 0..255: in between where an edge crosses a pixel
cv::Mat SnapUprightEdges(const cv::Mat& rgb, const cv::Mat& mask);

}  // namespace stage::engine
