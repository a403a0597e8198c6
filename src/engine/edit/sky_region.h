#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// Where a picture shows sky, decided pixel by pixel at a working size.
struct SkyRegion {
  cv::Mat mask;           ///< CV_8U, 255: sky
  double fraction = 0;    ///< of the picture
  double confidence = 0;  ///< 0..1
  /// Why there is none to be trusted, a clause such as "no sky reaches the top
  /// of the picture"; empty when there is.
  std::string doubt;
};

/// Sky that reaches the top of a picture taken outdoors: smooth, of the blue,
/// white or dusky colours that skies have, bounded by edges; clouds in it and
/// gaps in branches below it belong to it.
/// @param srgb  8-bit RGB, long edge about 1000 px
SkyRegion FindSkyOutdoors(const ImageU8& srgb);

/// Blue sky with its clouds, seen through windows.
/// @param windows  in pixels of `srgb`
/// @param view     CV_8U of its size, 255: neither frame nor wall
SkyRegion FindSkyInWindows(const ImageU8& srgb,
                           const std::vector<cv::Rect>& windows,
                           const cv::Mat& view);

/// CV_8U, 255 where a picture has the greens of plants.
cv::Mat FoliageMask(const ImageU8& srgb);

}  // namespace stage::engine
