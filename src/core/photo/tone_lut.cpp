#include "core/photo/tone_lut.h"

#include <algorithm>
#include <limits>

namespace stage {
namespace {

// Codes must stay apart by more than the rounding of a trip through the
// colour matrix; no eye tells such steps.
float LeastAfter(float value, int max_code) {
  const float floor = max_code == 255 ? 1e-6f : 1e-10f;
  return value + std::max(floor, value * 1e-6f);
}

}  // namespace

ToneLut::ToneLut(const std::function<double(double)>& curve, int max_code) {
  decoded_.resize(max_code + 1);
  for (int code = 0; code <= max_code; ++code) {
    const auto value =
        static_cast<float>(curve(static_cast<double>(code) / max_code));
    decoded_[code] =
        code == 0 ? std::max(value, 0.0f)
                  : std::max(value, LeastAfter(decoded_[code - 1], max_code));
  }
  thresholds_.resize(max_code + 1);
  for (int code = 0; code < max_code; ++code) {
    const float below = decoded_[code];
    const float above = decoded_[code + 1];
    const auto halfway =
        static_cast<float>(curve((code + 0.5) / static_cast<double>(max_code)));
    const bool apart = halfway > below + (above - below) * 0.1f &&
                       halfway < below + (above - below) * 0.9f;
    thresholds_[code] = apart ? halfway : below + (above - below) * 0.5f;
  }
  thresholds_[max_code] = std::numeric_limits<float>::infinity();
  const int most_bits = max_code == 255 ? 13 : 10;
  for (int bits = max_code == 255 ? 8 : most_bits;
       bits <= most_bits && !one_step_;
       ++bits) {
    BuildBuckets(bits);
  }
}

void ToneLut::BuildBuckets(int mantissa_bits) {
  shift_ = 23 - mantissa_bits;
  const int max_code = static_cast<int>(decoded_.size()) - 1;
  // One bucket below the first threshold, for all that is darker.
  first_ = (std::bit_cast<uint32_t>(thresholds_[0]) >> shift_) - 1;
  lowest_ = std::bit_cast<float>(first_ << shift_);
  highest_ = decoded_[max_code];
  const uint32_t last = std::bit_cast<uint32_t>(highest_) >> shift_;
  first_codes_.assign(last - first_ + 2, static_cast<uint16_t>(max_code));
  one_step_ = true;
  int code = 0;
  for (uint32_t bucket = first_; bucket <= last; ++bucket) {
    const float start = std::bit_cast<float>(bucket << shift_);
    const int before = code;
    while (code < max_code && start >= thresholds_[code]) ++code;
    first_codes_[bucket - first_] = static_cast<uint16_t>(code);
    if (bucket > first_ && code - before > 1) one_step_ = false;
  }
  if (max_code - code > 1) one_step_ = false;
}

}  // namespace stage
