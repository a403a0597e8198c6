#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// How much darker a surface is along its edge, as floors are along walls: the
/// median of the known pixels at each distance, against that just beyond the
/// reach.
/// Never above 0, and fading with the distance.
/// @param tones     CV_32F of any channels
/// @param distance  CV_32F, pixels from the edge
/// @param known     CV_8U, 255 where `tones` counts
/// @param reach_px  from where on it is 0
/// @return the size and type of `tones`, defined everywhere; 0 where too
///         little is known
cv::Mat FootShade(const cv::Mat& tones,
                  const cv::Mat& distance,
                  const cv::Mat& known,
                  double reach_px);

}  // namespace stage::engine
