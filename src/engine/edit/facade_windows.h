#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// A window in the front of a house: by day its glass is dark in a brighter
/// wall.
struct FacadeWindow {
  cv::Rect box;          ///< pixels of the working picture
  float glass = 0;       ///< luminance of the glass, linear
  float frame = 0;       ///< from here on it is frame, bars or wall, linear
  double certainty = 0;  ///< 0..1
};

/// Windows by day: upright, nearly filled dark rectangles with sharp upright
/// sides in a wall. Louvred vents, shadows, doors at the ground, plants and
/// cars are left out where they can be told; what is left is sorted by
/// certainty.
/// @param srgb    8-bit RGB, long edge about 1000 px
/// @param linear  the same picture in linear light
/// @param sky     CV_8U of their size, 255: sky
std::vector<FacadeWindow> FindFacadeWindows(const ImageU8& srgb,
                                            const ImageF& linear,
                                            const cv::Mat& sky);

}  // namespace stage::engine
