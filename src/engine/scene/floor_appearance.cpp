#include "engine/scene/floor_appearance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr int kLightBins = 20;
constexpr int kHueBins = 24;     // of a and of b each
constexpr float kHueRange = 48;  // a and b beyond ± this share a bin
constexpr float kLimit = 1.5f;

/// A colour histogram with linear sharing between neighbouring bins.
class ColorHistogram {
 public:
  ColorHistogram() : bins_(kLightBins * kHueBins * kHueBins, 0.f) {}

  void Add(const cv::Vec3f& lab, float weight) {
    ForEachBin(lab,
               [&](int bin, float share) { bins_[bin] += weight * share; });
    total_ += weight;
  }
  /// What two histograms have at one colour.
  static std::array<float, 2> At(const cv::Vec3f& lab,
                                 const ColorHistogram& first,
                                 const ColorHistogram& second) {
    std::array<float, 2> sum{};
    ForEachBin(lab, [&](int bin, float share) {
      sum[0] += share * first.bins_[bin];
      sum[1] += share * second.bins_[bin];
    });
    return sum;
  }
  float total() const { return total_; }

  /// Spreads every bin to its neighbours along each axis (1 2 1).
  void Smooth() {
    for (const int stride : {1, kHueBins, kHueBins * kHueBins}) {
      const int count = stride == kHueBins * kHueBins ? kLightBins : kHueBins;
      const std::vector<float> old = bins_;
      for (int i = 0; i < static_cast<int>(bins_.size()); ++i) {
        const int k = i / stride % count;
        const float low = k > 0 ? old[i - stride] : old[i];
        const float high = k + 1 < count ? old[i + stride] : old[i];
        bins_[i] = 0.25f * low + 0.5f * old[i] + 0.25f * high;
      }
    }
  }

 private:
  template <typename Visit>
  static void ForEachBin(const cv::Vec3f& lab, Visit visit) {
    const std::array<float, 3> position = {
        std::clamp(lab[0] / 100.f * (kLightBins - 1), 0.f, kLightBins - 1.001f),
        HuePosition(lab[1]),
        HuePosition(lab[2])};
    std::array<int, 3> base;
    std::array<float, 3> part;
    for (int i = 0; i < 3; ++i) {
      base[i] = static_cast<int>(position[i]);
      part[i] = position[i] - base[i];
    }
    for (int corner = 0; corner < 8; ++corner) {
      float share = 1;
      std::array<int, 3> bin;
      for (int i = 0; i < 3; ++i) {
        const int up = corner >> i & 1;
        bin[i] = base[i] + up;
        share *= up ? part[i] : 1 - part[i];
      }
      visit((bin[0] * kHueBins + bin[1]) * kHueBins + bin[2], share);
    }
  }
  static float HuePosition(float v) {
    // Finer near grey, where walls and floors differ by little.
    const float t = std::clamp(v / kHueRange, -1.f, 1.f);
    const float bent = std::copysign(std::sqrt(std::abs(t)), t);
    return std::clamp((0.35f * bent + 0.15f * t + 0.5f) * (kHueBins - 1),
                      0.f,
                      kHueBins - 1.001f);
  }

  std::vector<float> bins_;
  float total_ = 0;
};

/// Distance from a mask's rim, the picture's left and right edges included, in
/// parts of a tenth of the long side, at most 1.
cv::Mat DepthWithin(const cv::Mat& mask) {
  cv::Mat framed, distance;
  cv::copyMakeBorder(
      mask, framed, 0, 0, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  cv::distanceTransform(framed, distance, cv::DIST_L2, 3);
  distance = distance.colRange(1, distance.cols - 1);
  return cv::min(distance * (10.0 / std::max(mask.cols, mask.rows)), 1.0);
}

}  // namespace

cv::Mat FloorLikelihood(const cv::Mat& lab,
                        const cv::Mat& floor,
                        const cv::Mat& elsewhere) {
  ColorHistogram on_floor, off_floor;
  // What lies deep inside the guess teaches more than what lies at its rim,
  // and the rim itself nothing.
  constexpr float kRim = 0.17f;
  const cv::Mat inside = DepthWithin(floor), outside = DepthWithin(elsewhere);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const float in = inside.at<float>(y, x), out = outside.at<float>(y, x);
      const cv::Vec3f& color = lab.at<cv::Vec3f>(y, x);
      if (in > kRim) on_floor.Add(color, in);
      if (out > kRim) off_floor.Add(color, out);
    }
  }
  cv::Mat ratio = cv::Mat::zeros(lab.size(), CV_32F);
  if (on_floor.total() < 10 || off_floor.total() < 10) return ratio;
  on_floor.Smooth();
  off_floor.Smooth();
  // Colours hardly seen tell little, but rather of things than of floors.
  constexpr float kUnseenFloor = 2.5e-4f, kUnseenElsewhere = 6e-4f;
  for (int y = 0; y < lab.rows; ++y) {
    float* out = ratio.ptr<float>(y);
    const cv::Vec3f* in = lab.ptr<cv::Vec3f>(y);
    for (int x = 0; x < lab.cols; ++x) {
      if (in[x][0] > 99) continue;  // clipped: window or lamp or their mirror
      const auto [on, off] = ColorHistogram::At(in[x], on_floor, off_floor);
      const float p = on / on_floor.total() + kUnseenFloor;
      const float q = off / off_floor.total() + kUnseenElsewhere;
      out[x] = std::clamp(0.6f * std::log(p / q), -kLimit, kLimit);
    }
  }
  return ratio;
}

double ColorTrust(const cv::Mat& likelihood,
                  const cv::Mat& floor,
                  const cv::Mat& elsewhere) {
  constexpr double kReach = 0.2;  // of the long side
  constexpr double kLooksLikeFloor = 0.3;
  constexpr double kFew = 0.2, kMany = 0.45;
  const int reach = static_cast<int>(kReach * std::max(floor.cols, floor.rows));
  cv::Mat above;
  cv::dilate(floor, above, cv::Mat::ones(2 * reach + 1, 1, CV_8U));
  above &= elsewhere;
  const double all = cv::countNonZero(above);
  if (all == 0) return 1;
  const double alike =
      cv::countNonZero((likelihood > kLooksLikeFloor) & above) / all;
  return std::clamp((kMany - alike) / (kMany - kFew), 0.0, 1.0);
}

}  // namespace stage::engine
