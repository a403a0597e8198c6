#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace stage::engine {

/// One row of a small float map as if it were enlarged to a photo's size,
/// bilinearly: full-size maps are never held.
class MapRow {
 public:
  /// @param map  CV_32F of any number of channels; must outlive this
  MapRow(const cv::Mat& map, int width, int height);

  /// Makes row `y` of the large picture ready.
  void Load(int y);
  /// All channels at column `x`.
  const float* At(int x) const { return &row_[static_cast<size_t>(x) * step_]; }

 private:
  const cv::Mat& map_;
  int width_, height_;
  size_t step_;
  std::vector<float> across_;  ///< one row of the map, vertically mixed
  std::vector<float> row_;
};

}  // namespace stage::engine
