#include "engine/scene/lab_color.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace stage::engine {
namespace {

std::array<float, 256> MakeLinear() {
  std::array<float, 256> table;
  for (int i = 0; i < 256; ++i) {
    const double v = i / 255.0;
    table[i] = static_cast<float>(
        v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
  }
  return table;
}

/// CIE's f(t) for t in 0..1, by table.
class LabCurve {
 public:
  LabCurve() {
    for (int i = 0; i <= kSteps; ++i) {
      const double t = static_cast<double>(i) / kSteps;
      values_[i] = static_cast<float>(t > 0.008856 ? std::cbrt(t)
                                                   : 7.787 * t + 16.0 / 116);
    }
  }
  float operator()(float t) const {
    return values_[static_cast<int>(std::min(t, 1.f) * kSteps + 0.5f)];
  }

 private:
  static constexpr int kSteps = 8192;
  std::array<float, kSteps + 1> values_;
};

}  // namespace

cv::Mat LabOf(const cv::Mat& srgb) {
  static const std::array<float, 256> linear = MakeLinear();
  static const LabCurve curve;
  cv::Mat lab(srgb.size(), CV_32FC3);
  for (int y = 0; y < srgb.rows; ++y) {
    const cv::Vec3b* in = srgb.ptr<cv::Vec3b>(y);
    cv::Vec3f* out = lab.ptr<cv::Vec3f>(y);
    for (int x = 0; x < srgb.cols; ++x) {
      const float r = linear[in[x][0]];
      const float g = linear[in[x][1]];
      const float b = linear[in[x][2]];
      const float fx =
          curve((0.4124f * r + 0.3576f * g + 0.1805f * b) / 0.95047f);
      const float fy = curve(0.2126f * r + 0.7152f * g + 0.0722f * b);
      const float fz =
          curve((0.0193f * r + 0.1192f * g + 0.9505f * b) / 1.08883f);
      out[x] = {116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)};
    }
  }
  return lab;
}

double HueDifference(const cv::Vec3d& color, const cv::Vec3d& other) {
  const double scale = color[0] / std::max(other[0], 5.0);
  return std::hypot(color[1] - scale * other[1], color[2] - scale * other[2]);
}

}  // namespace stage::engine
