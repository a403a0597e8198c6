#include "core/photo/jpeg_quality.h"

#include <algorithm>
#include <cstdlib>

namespace stage {
namespace {

// ITU-T T.81 annex K, tables K.1 and K.2, which libjpeg scales by quality.
constexpr std::array<int, 64> kLuma = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr std::array<int, 64> kChroma = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

int Distance(const std::array<int, 64>& standard,
             int scale,
             const std::array<uint16_t, 64>& table) {
  int distance = 0;
  for (int i = 0; i < 64; ++i) {
    const int scaled = std::clamp((standard[i] * scale + 50) / 100, 1, 255);
    distance += std::abs(scaled - table[i]);
  }
  return distance;
}

}  // namespace

int EstimateJpegQuality(
    const std::vector<std::array<uint16_t, 64>>& quantisation) {
  if (quantisation.empty()) return 0;
  int best_quality = 0;
  int best_distance = 0;
  for (int quality = 100; quality >= 1; --quality) {
    const int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int distance = Distance(kLuma, scale, quantisation[0]);
    if (quantisation.size() == 3) {
      distance += Distance(kChroma, scale, quantisation[1]);
    }
    if (best_quality == 0 || distance < best_distance) {
      best_quality = quality;
      best_distance = distance;
    }
  }
  return best_quality;
}

}  // namespace stage
