#include "engine/render/layer_upsampling.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {

UpsampledRows::UpsampledRows(const ImageF& source,
                             int width,
                             int height,
                             UpsamplingKernel kernel,
                             std::function<void(int, float*)> adjust)
    : source_(source),
      width_(width),
      height_(height),
      channels_(source.channels()),
      tap_count_(kernel == UpsamplingKernel::kCubic ? 4 : 2),
      adjust_(std::move(adjust)),
      cache_(tap_count_) {
  columns_.reserve(width);
  for (int x = 0; x < width; ++x) {
    columns_.push_back(TapsAt((x + 0.5) * source.width() / width - 0.5));
  }
}

UpsampledRows::Taps UpsampledRows::TapsAt(double position) const {
  Taps taps;
  const double base = std::floor(position);
  const float f = static_cast<float>(position - base);
  if (tap_count_ == 2) {
    taps.first = static_cast<int>(base);
    taps.weight[0] = 1 - f;
    taps.weight[1] = f;
    return taps;
  }
  // Catmull-Rom.
  taps.first = static_cast<int>(base) - 1;
  const float f2 = f * f, f3 = f2 * f;
  taps.weight[0] = -0.5f * f3 + f2 - 0.5f * f;
  taps.weight[1] = 1.5f * f3 - 2.5f * f2 + 1;
  taps.weight[2] = -1.5f * f3 + 2 * f2 + 0.5f * f;
  taps.weight[3] = 0.5f * f3 - 0.5f * f2;
  return taps;
}

const std::vector<float>& UpsampledRows::EnlargedSourceRow(int row) {
  row = std::clamp(row, 0, source_.height() - 1);
  CachedRow& cached = cache_[row % tap_count_];
  if (cached.row == row) return cached.values;
  cached.row = row;
  const float* from = source_.row(row);
  const int source_width = source_.width();
  if (adjust_) {
    source_row_.assign(from,
                       from + static_cast<size_t>(source_width) * channels_);
    adjust_(row, source_row_.data());
    from = source_row_.data();
  }
  cached.values.resize(static_cast<size_t>(width_) * channels_);
  if (source_width == width_) {
    std::copy_n(from, cached.values.size(), cached.values.begin());
    return cached.values;
  }
  for (int x = 0; x < width_; ++x) {
    const Taps& taps = columns_[x];
    float* out = &cached.values[static_cast<size_t>(x) * channels_];
    for (int c = 0; c < channels_; ++c) {
      float sum = 0;
      for (int t = 0; t < tap_count_; ++t) {
        const int i = std::clamp(taps.first + t, 0, source_width - 1);
        sum += taps.weight[t] * from[static_cast<size_t>(i) * channels_ + c];
      }
      out[c] = sum;
    }
  }
  return cached.values;
}

const float* UpsampledRows::Row(int y) {
  if (source_.height() == height_) return EnlargedSourceRow(y).data();
  const Taps taps = TapsAt((y + 0.5) * source_.height() / height_ - 0.5);
  result_.assign(static_cast<size_t>(width_) * channels_, 0.0f);
  for (int t = 0; t < tap_count_; ++t) {
    const float weight = taps.weight[t];
    if (weight == 0) continue;
    const std::vector<float>& row = EnlargedSourceRow(taps.first + t);
    for (size_t i = 0; i < result_.size(); ++i) result_[i] += weight * row[i];
  }
  return result_.data();
}

}  // namespace stage::engine
