#include "engine/edit/map_row.h"

#include <algorithm>

namespace stage::engine {
namespace {

/// The two samples beside a position of the large picture, and the second's
/// share.
struct Between {
  int first, second;
  float part;

  Between(int at, int count, int large) {
    const float position =
        std::clamp((static_cast<float>(at) + 0.5f) * static_cast<float>(count) /
                           static_cast<float>(large) -
                       0.5f,
                   0.0f,
                   static_cast<float>(count - 1));
    first = static_cast<int>(position);
    second = std::min(first + 1, count - 1);
    part = position - static_cast<float>(first);
  }
};

}  // namespace

MapRow::MapRow(const cv::Mat& map, int width, int height)
    : map_(map),
      width_(width),
      height_(height),
      step_(static_cast<size_t>(map.channels())),
      across_(step_ * static_cast<size_t>(map.cols)),
      row_(step_ * static_cast<size_t>(width)) {}

void MapRow::Load(int y) {
  const Between rows(y, map_.rows, height_);
  const float* above = map_.ptr<float>(rows.first);
  const float* below = map_.ptr<float>(rows.second);
  for (size_t i = 0; i < across_.size(); ++i) {
    across_[i] = above[i] + (below[i] - above[i]) * rows.part;
  }
  for (int x = 0; x < width_; ++x) {
    const Between columns(x, map_.cols, width_);
    const float* left = &across_[columns.first * step_];
    const float* right = &across_[columns.second * step_];
    float* out = &row_[static_cast<size_t>(x) * step_];
    for (size_t i = 0; i < step_; ++i) {
      out[i] = left[i] + (right[i] - left[i]) * columns.part;
    }
  }
}

}  // namespace stage::engine
