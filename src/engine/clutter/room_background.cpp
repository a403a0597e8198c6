#include "engine/clutter/room_background.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

constexpr double kLightReach = 0.07;  // of the long side
constexpr double kFarReach = 0.21;
constexpr int kReduction = 8;
constexpr int kRounds = 3;
// Chroma is compared as it would be at this lightness.
constexpr float kUsualLightness = 60;
constexpr float kSameHue = 9.5f;
constexpr float kLightnessWeight = 0.5f;

/// What differs between a floor, which has joints and grain, and a wall.
struct Rules {
  float calm;        ///< steepest slope of an even part, Lab a pixel
  double least;      ///< smallest even part, of the picture
  float seed_slack;  ///< beyond three deviations
  float slack;
  float gradual;  ///< as far as light takes a colour without a step
};
constexpr Rules kFloorRules = {6, 0.004, 2, 4, 0};
constexpr Rules kWallRules = {1.5f, 0.01, 1, 3, 13};

cv::Vec2f UsualChroma(const cv::Vec3f& lab) {
  const float scale = kUsualLightness / std::max(lab[0], 15.f);
  return {lab[1] * scale, lab[2] * scale};
}

/// The chroma that most of a region has; lower parts of floors count more,
/// where less stands.
cv::Vec2f UsualChromaOf(const cv::Mat& lab, const cv::Mat& region) {
  constexpr int kBins = 64;
  constexpr float kBinWidth = 2;
  cv::Mat bins(kBins, kBins, CV_32F, cv::Scalar(0));
  for (int y = 0; y < lab.rows; ++y) {
    const float weight = static_cast<float>(y + 1) / lab.rows;
    for (int x = 0; x < lab.cols; ++x) {
      const cv::Vec3f& color = lab.at<cv::Vec3f>(y, x);
      if (!region.at<uchar>(y, x) || color[0] < 8 || color[0] > 97) continue;
      const cv::Vec2f chroma = UsualChroma(color) / kBinWidth;
      const int a = static_cast<int>(chroma[0] + kBins / 2);
      const int b = static_cast<int>(chroma[1] + kBins / 2);
      if (a >= 0 && b >= 0 && a < kBins && b < kBins) {
        bins.at<float>(a, b) += weight;
      }
    }
  }
  cv::GaussianBlur(bins, bins, {}, 1);
  cv::Point best;
  cv::minMaxLoc(bins, nullptr, nullptr, nullptr, &best);
  return {(best.y - kBins / 2 + 0.5f) * kBinWidth,
          (best.x - kBins / 2 + 0.5f) * kBinWidth};
}

cv::Mat Slope(const cv::Mat& lab) {
  cv::Mat gx, gy, squares;
  cv::Sobel(lab, gx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(lab, gy, CV_32F, 0, 1, 3, 1.0 / 8);
  squares = gx.mul(gx) + gy.mul(gy);
  std::vector<cv::Mat> planes;
  cv::split(squares, planes);
  cv::Mat slope;
  cv::sqrt(planes[0] + planes[1] + planes[2], slope);
  return slope;
}

/// The connected parts of a mask that take at least this share of it all.
cv::Mat LargeParts(const cv::Mat& mask, double share) {
  cv::Mat opened, labels, stats, centers;
  cv::morphologyEx(mask, opened, cv::MORPH_OPEN, cv::Mat::ones(3, 3, CV_8U));
  const int count =
      cv::connectedComponentsWithStats(opened, labels, stats, centers, 4);
  const double least = share * static_cast<double>(mask.total());
  cv::Mat large(mask.size(), CV_8U, cv::Scalar(0));
  for (int i = 1; i < count; ++i) {
    if (stats.at<int>(i, cv::CC_STAT_AREA) >= least) {
      large.setTo(255, labels == i);
    }
  }
  return large;
}

/// Gaussian mean of the known pixels, and how many they are, 0..1.
struct Mean {
  cv::Mat value, weight;
};
Mean MeanOf(const cv::Mat& lab, const cv::Mat& known, double deviation) {
  cv::Mat weight, weights, sum;
  known.convertTo(weight, CV_32F, 1.0 / 255);
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  const cv::Size small(std::max(2, lab.cols / kReduction),
                       std::max(2, lab.rows / kReduction));
  cv::resize(lab.mul(weights), sum, small, 0, 0, cv::INTER_AREA);
  cv::resize(weight, weight, small, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(sum, sum, {}, deviation / kReduction);
  cv::GaussianBlur(weight, weight, {}, deviation / kReduction);
  cv::Mat divisor;
  cv::merge(std::vector<cv::Mat>(3, cv::max(weight, 1e-5f)), divisor);
  Mean mean;
  cv::resize(sum / divisor, mean.value, lab.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(weight, mean.weight, lab.size(), 0, 0, cv::INTER_LINEAR);
  return mean;
}

/// One kind of surface and how the picture departs from it.
class Surface {
 public:
  Surface(const cv::Mat& lab, const cv::Mat& region, const Rules& rules)
      : lab_(lab), region_(region), rules_(rules), calm_(Slope(lab)) {
    calm_ = calm_ < rules.calm;
  }

  bool Learn() {
    cv::Mat known = Seeds();
    if (cv::countNonZero(known) < 50) return false;
    for (int round = 0; round < kRounds; ++round) {
      MeasureDeparture(known);
      const float most =
          std::max(3 * spread_ + rules_.seed_slack, rules_.gradual);
      known =
          LargeParts(region_ & calm_ & (departure_ < most), rules_.least / 2);
      if (cv::countNonZero(known) < 50) return false;
    }
    members_ = known | (region_ & (departure_ < 3 * spread_ + rules_.slack));
    return true;
  }
  cv::Mat Members() const { return members_; }
  const cv::Mat& lighter() const { return lighter_; }
  const cv::Mat& tint() const { return tint_; }
  const cv::Mat& warmer() const { return warmer_; }

 private:
  cv::Mat Seeds() const {
    cv::Mat core;
    cv::erode(region_, core, cv::Mat::ones(9, 9, CV_8U));
    const cv::Vec2f usual = UsualChromaOf(lab_, core);
    cv::Mat seeds(lab_.size(), CV_8U, cv::Scalar(0));
    for (int y = 0; y < lab_.rows; ++y) {
      for (int x = 0; x < lab_.cols; ++x) {
        const bool here = core.at<uchar>(y, x) && calm_.at<uchar>(y, x);
        if (here && cv::norm(UsualChroma(lab_.at<cv::Vec3f>(y, x)) - usual) <
                        kSameHue) {
          seeds.at<uchar>(y, x) = 255;
        }
      }
    }
    return LargeParts(seeds, rules_.least);
  }

  void MeasureDeparture(const cv::Mat& known) {
    const double side = std::max(lab_.cols, lab_.rows);
    Mean own = MeanOf(lab_, known, kLightReach * side);
    const Mean far = MeanOf(lab_, known, kFarReach * side);
    constexpr float kTooFew = 0.02f;
    far.value.copyTo(own.value, own.weight < kTooFew);
    lighter_.create(lab_.size(), CV_32F);
    tint_.create(lab_.size(), CV_32F);
    warmer_.create(lab_.size(), CV_32F);
    departure_.create(lab_.size(), CV_32F);
    std::vector<float> of_known;
    for (int y = 0; y < lab_.rows; ++y) {
      for (int x = 0; x < lab_.cols; ++x) {
        const cv::Vec3f& color = lab_.at<cv::Vec3f>(y, x);
        const cv::Vec3f& expected = own.value.at<cv::Vec3f>(y, x);
        // In more or less light chroma goes with lightness.
        const float scale =
            std::clamp(color[0] / std::max(expected[0], 5.f), 0.3f, 1.5f);
        const float warmer = color[2] - expected[2] * scale;
        const float tint = std::hypot(color[1] - expected[1] * scale, warmer);
        const float lighter = color[0] - expected[0];
        lighter_.at<float>(y, x) = lighter;
        tint_.at<float>(y, x) = tint;
        warmer_.at<float>(y, x) = warmer;
        const float departure = std::hypot(kLightnessWeight * lighter, tint);
        departure_.at<float>(y, x) = departure;
        if (known.at<uchar>(y, x)) of_known.push_back(departure);
      }
    }
    const auto middle =
        of_known.begin() + static_cast<long>(of_known.size() / 2);
    std::nth_element(of_known.begin(), middle, of_known.end());
    spread_ = std::clamp(1.48f * *middle, 1.f, 3.f);
  }

  const cv::Mat& lab_;
  const cv::Mat& region_;
  Rules rules_;
  cv::Mat calm_, lighter_, tint_, warmer_, departure_, members_;
  float spread_ = 3;
};

}  // namespace

RoomBackground FindBackground(const cv::Mat& lab, const cv::Mat& floor) {
  RoomBackground background;
  background.kind = cv::Mat(lab.size(), CV_8U, cv::Scalar(0));
  background.lighter = cv::Mat(lab.size(), CV_32F, cv::Scalar(0));
  background.tint = cv::Mat(lab.size(), CV_32F, cv::Scalar(0));
  background.warmer = cv::Mat(lab.size(), CV_32F, cv::Scalar(0));
  const cv::Mat walls = ~floor;
  const auto add = [&](const cv::Mat& region, const Rules& rules, int kind) {
    Surface surface(lab, region, rules);
    if (!surface.Learn()) return;
    background.found = true;
    background.kind.setTo(kind, surface.Members());
    surface.lighter().copyTo(background.lighter, region);
    surface.tint().copyTo(background.tint, region);
    surface.warmer().copyTo(background.warmer, region);
  };
  add(floor, kFloorRules, RoomBackground::kFloor);
  add(walls, kWallRules, RoomBackground::kWalls);
  return background;
}

}  // namespace stage::engine
