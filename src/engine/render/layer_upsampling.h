#pragma once

#include <functional>
#include <vector>

#include "core/image.h"

namespace stage::engine {

enum class UpsamplingKernel { kLinear, kCubic };

/// Rows of a layer enlarged to the photo's size, one after another, without
/// ever holding the enlarged layer. Not thread-safe: one a thread.
class UpsampledRows {
 public:
  /// @param adjust  called on each source row before it is enlarged; may be
  ///                empty. Arguments: source row number, copy of its pixels.
  UpsampledRows(const ImageF& source,
                int width,
                int height,
                UpsamplingKernel kernel,
                std::function<void(int, float*)> adjust = {});

  /// Row `y` of the enlarged layer: width * channels floats, valid until the
  /// next call. Ascending y is fast.
  const float* Row(int y);

 private:
  struct Taps {
    int first = 0;  // of the source, may lie outside
    float weight[4] = {0, 0, 0, 0};
  };
  const std::vector<float>& EnlargedSourceRow(int row);
  Taps TapsAt(double position) const;

  const ImageF& source_;
  const int width_, height_, channels_, tap_count_;
  std::function<void(int, float*)> adjust_;
  std::vector<Taps> columns_;
  struct CachedRow {
    int row = -1;
    std::vector<float> values;
  };
  std::vector<CachedRow> cache_;
  std::vector<float> source_row_, result_;
};

}  // namespace stage::engine
