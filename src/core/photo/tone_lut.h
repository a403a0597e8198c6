#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <vector>

namespace stage {

/// One channel's tone curve as tables: display code to linear light, and
/// linear light to the nearest code. Encode(Decode(code)) == code for every
/// code, also where the curve itself is flat.
class ToneLut {
 public:
  /// @param curve    display value 0..1 to linear light, never falling
  /// @param max_code 255 or 65535
  ToneLut(const std::function<double(double)>& curve, int max_code);

  float Decode(int code) const { return decoded_[code]; }

  /// Nearest in display values; clips, and takes NaN for black.
  int Encode(float linear) const {
    const float value = std::min(highest_, std::max(lowest_, linear));
    const uint32_t bucket = (std::bit_cast<uint32_t>(value) >> shift_) - first_;
    int code = first_codes_[bucket];
    if (one_step_) return code + (value >= thresholds_[code] ? 1 : 0);
    int last = first_codes_[bucket + 1];
    while (code < last) {
      const int middle = (code + last) / 2;
      if (value >= thresholds_[middle]) {
        code = middle + 1;
      } else {
        last = middle;
      }
    }
    return code;
  }

  bool operator==(const ToneLut& other) const {
    return decoded_ == other.decoded_;
  }

 private:
  void BuildBuckets(int mantissa_bits);

  std::vector<float> decoded_;     ///< by code, rising
  std::vector<float> thresholds_;  ///< [k]: from here on k + 1 is nearer
  /// Codes are looked up by the leading bits of the float, which spreads the
  /// buckets evenly over stops; then at most a few thresholds are tried.
  std::vector<uint16_t> first_codes_;  ///< lowest code in each bucket
  int shift_ = 0;
  uint32_t first_ = 0;
  float lowest_ = 0;
  float highest_ = 0;
  bool one_step_ = false;  ///< no bucket holds two thresholds
};

}  // namespace stage
