#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/adjustments.h"

namespace stage::engine {

/// Linear light to linear light by table: the shoulder that brightened tones
/// roll off in, then whites, blacks and contrast, which are curves of display
/// values. Never falls.
class ToneCurve {
 public:
  /// @param most_gain  the largest factor light was multiplied with before
  ToneCurve(const Adjustments& adjustments, double most_gain);

  float operator()(float linear) const {
    const float position = std::sqrt(std::clamp(linear, 0.0f, most_)) * scale_;
    const auto index = static_cast<size_t>(position);
    const float part = position - static_cast<float>(index);
    return table_[index] + (table_[index + 1] - table_[index]) * part;
  }
  /// True when the curve leaves everything as it is.
  bool is_identity() const { return identity_; }

 private:
  std::vector<float> table_;
  float most_ = 1;
  float scale_ = 1;
  bool identity_ = false;
};

}  // namespace stage::engine
