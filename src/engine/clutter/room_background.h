#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// Which pixels show floor and walls themselves, judged by colour.
struct RoomBackground {
  enum Kind : uchar { kOther = 0, kFloor = 1, kWalls = 2 };
  cv::Mat kind;  ///< CV_8U, a Kind
  /// CV_32F: how much lighter than the floor or wall around, CIE L*.
  cv::Mat lighter;
  /// CV_32F: distance from its colour in the same light, CIE a* b*.
  cv::Mat tint;
  /// CV_32F: the same along CIE b*, signed: above 0 yellower, below bluer.
  cv::Mat warmer;
  bool found = false;  ///< false: neither shows any even part
};

/// Learns the colours of floor and walls from their largest even parts, and
/// carries them, with the light they lie in, over what is hidden. What lies
/// between light and shade counts as other.
/// @param lab    CV_32FC3, CIE L*a*b*, grain smoothed away
/// @param floor  CV_8U, 255 where the floor is or would be
RoomBackground FindBackground(const cv::Mat& lab, const cv::Mat& floor);

}  // namespace stage::engine
