#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "core/image.h"
#include "engine/edit/facade_windows.h"
#include "engine/edit/map_row.h"
#include "engine/edit/sky_model.h"

namespace stage::engine {

/// How the world under a sky is lit: what daylight pixels are multiplied with.
struct Ambient {
  cv::Matx33f grade;       ///< colour and saturation, luminance of grey kept
  float stops = 0;         ///< of daylight
  float flattening = 0;    ///< 0..1: how much less contrast broad areas have
  float window_light = 0;  ///< radiance of lit windows, 0: dark
};
Ambient AmbientUnder(SkyKind sky);

/// A house and its garden by day, lit as around sunset: less and bluer light
/// without the sun's contrast, windows lit from inside, their glow and what
/// they throw on the ground. Linear in the photo's light, so that it may be
/// applied to a pixel's foreground alone.
class Twilight {
 public:
  /// @param linear   small copy of the photo, linear RGB
  /// @param sky      CV_8U of its size, 255: sky
  /// @param windows  to be lit
  Twilight(const ImageF& linear,
           const cv::Mat& sky,
           const std::vector<FacadeWindow>& windows,
           const Ambient& ambient,
           uint64_t seed);

  /// Reads rows of the full photo; one a thread.
  class Row {
   public:
    Row(const Twilight& twilight, int width, int height)
        : twilight_(twilight), map_(twilight.map_, width, height) {}
    void Load(int y) { map_.Load(y); }
    /// @param pixel       of the photo, linear: tells glass from frame
    /// @param foreground  what of it is not sky
    cv::Vec3f Light(int x,
                    const float* pixel,
                    const cv::Vec3f& foreground) const;

   private:
    const Twilight& twilight_;
    MapRow map_;
  };

 private:
  Ambient ambient_;
  /// gain, emission RGB, glass and frame luminance, glow RGB, spill RGB.
  cv::Mat map_;
};

}  // namespace stage::engine
