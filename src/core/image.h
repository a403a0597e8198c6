#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stage {

/// Interleaved pixels in rows from the top, no padding. Plain storage: what
/// the numbers mean (display values, linear light, metres) is said by whoever
/// hands the image over.
template <typename T>
class Image {
 public:
  Image() = default;
  Image(int width, int height, int channels, T fill = T{})
      : width_(width),
        height_(height),
        channels_(channels),
        pixels_(static_cast<size_t>(width) * height * channels, fill) {}

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  bool empty() const { return pixels_.empty(); }
  size_t size_bytes() const { return pixels_.size() * sizeof(T); }

  T* data() { return pixels_.data(); }
  const T* data() const { return pixels_.data(); }
  T* row(int y) {
    return pixels_.data() + static_cast<size_t>(y) * width_ * channels_;
  }
  const T* row(int y) const {
    return pixels_.data() + static_cast<size_t>(y) * width_ * channels_;
  }
  T& at(int x, int y, int channel = 0) {
    assert(x >= 0 && x < width_ && y >= 0 && y < height_);
    return row(y)[static_cast<size_t>(x) * channels_ + channel];
  }
  const T& at(int x, int y, int channel = 0) const {
    assert(x >= 0 && x < width_ && y >= 0 && y < height_);
    return row(y)[static_cast<size_t>(x) * channels_ + channel];
  }
  bool operator==(const Image&) const = default;

 private:
  int width_ = 0;
  int height_ = 0;
  int channels_ = 0;
  std::vector<T> pixels_;
};

using ImageU8 = Image<uint8_t>;
using ImageU16 = Image<uint16_t>;
using ImageF = Image<float>;

}  // namespace stage
