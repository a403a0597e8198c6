#pragma once

#include <opencv2/core.hpp>

#include "core/image.h"
#include "engine/edit/map_row.h"

namespace stage::engine {

/// How much of each pixel of the full photo is sky, and of what colour that
/// sky is: along edges a pixel is taken for a mixture of the sky's and the
/// foreground's colours nearby, so that twigs and roof lines come out whole
/// and their share of the old sky can be taken away.
class SkyMatte {
 public:
  /// @param linear  small copy of the photo, linear RGB
  /// @param mask    CV_8U of its size, 255: sky
  /// @param within  CV_8U of its size, 0 where no sky can be; or empty
  SkyMatte(const ImageF& linear, const cv::Mat& mask, const cv::Mat& within);

  /// Sky's share of a pixel and its colour, linear RGB.
  struct Sample {
    float alpha = 0;
    cv::Vec3f sky;
  };

  /// Reads rows of the full photo; one a thread.
  class Row {
   public:
    Row(const SkyMatte& matte, int width, int height)
        : map_(matte.map_, width, height) {}
    void Load(int y) { map_.Load(y); }
    /// @param rgb  the photo's pixel at column x, linear
    Sample At(int x, const float* rgb) const;

   private:
    MapRow map_;
  };

 private:
  /// sky RGB, foreground RGB, core, support, then the guided mask's model.
  cv::Mat map_;
};

}  // namespace stage::engine
