#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "core/image.h"
#include "engine/edit/map_row.h"

namespace stage::engine {

/// What is seen through a room's windows, told from their frames and bars.
class WindowView {
 public:
  /// @param srgb     8-bit RGB, long edge about 1000 px
  /// @param linear   the same picture in linear light
  /// @param windows  boxes in its pixels
  WindowView(const ImageU8& srgb,
             const ImageF& linear,
             const std::vector<cv::Rect>& windows);

  /// Share of the boxes' area that is view, 0..1.
  double share() const { return share_; }
  /// CV_8U of the small picture's size, 255: view.
  const cv::Mat& mask() const { return mask_; }
  /// CV_8U, 255: view that is blown out, so that it shows nothing.
  const cv::Mat& blown() const { return blown_; }

  /// Reads rows of the full photo; one a thread.
  class Row {
   public:
    Row(const WindowView& view, int width, int height)
        : map_(view.map_, width, height) {}
    void Load(int y) { map_.Load(y); }
    /// The view's share, 0..1, of a pixel of the photo (linear RGB).
    float At(int x, const float* rgb) const;

   private:
    MapRow map_;
  };

 private:
  cv::Mat mask_, blown_;
  cv::Mat map_;  ///< support, then the guided mask's model
  double share_ = 0;
};

}  // namespace stage::engine
