#include "engine/completion/source_palette.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// How far around a hole its colours are learned: a share of its side.
constexpr double kRingShareOfHole = 0.25;
constexpr double kLeastRingPx = 12;
constexpr double kMostRingPx = 80;
constexpr double kSmoothPx = 1.2;
// A bin is 0.05 of the display range, and shares with its neighbours.
constexpr int kBins = 42;
constexpr float kBinsPerUnit = 20;
constexpr double kLeastSupport = 0.012;
constexpr int kLeastRingCount = 60;
constexpr int kThingRimPx = 4;
constexpr int kJointPx = 9;
constexpr double kLeastKept = 0.12;

class Palette {
 public:
  void Add(const cv::Vec3f& colour) {
    ++total_;
    const auto bin = BinOf(colour);
    for (int i = -1; i <= 1; ++i) {
      for (int j = -1; j <= 1; ++j) {
        for (int k = -1; k <= 1; ++k) {
          ++counts_[At({bin[0] + i, bin[1] + j, bin[2] + k})];
        }
      }
    }
  }
  int total() const { return total_; }
  bool Holds(const cv::Vec3f& colour) const {
    return counts_[At(BinOf(colour))] >= kLeastSupport * total_;
  }

 private:
  static std::array<int, 3> BinOf(const cv::Vec3f& colour) {
    std::array<int, 3> bin;
    for (int c = 0; c < 3; ++c) {
      // Detail lies around 0, colours of a picture between 0 and 1.
      bin[c] = std::clamp(
          static_cast<int>(std::floor((colour[c] + 1) * kBinsPerUnit)),
          1,
          kBins - 2);
    }
    return bin;
  }
  static size_t At(const std::array<int, 3>& bin) {
    return (static_cast<size_t>(bin[0]) * kBins + bin[1]) * kBins + bin[2];
  }

  std::vector<int> counts_ = std::vector<int>(kBins * kBins * kBins, 0);
  int total_ = 0;
};

cv::Mat RingAround(const cv::Mat& hole, const cv::Mat& usable) {
  const double side = std::sqrt(static_cast<double>(cv::countNonZero(hole)));
  const double reach =
      std::clamp(kRingShareOfHole * side, kLeastRingPx, kMostRingPx);
  cv::Mat distance;
  cv::distanceTransform(hole == 0, distance, cv::DIST_L2, 5);
  return usable & (distance <= reach);
}

}  // namespace

ImageU8 SourcesOfItsColours(const ImageF& detail,
                            const ImageU8& hole,
                            const ImageU8& usable,
                            int band_px) {
  const int width = detail.width(), height = detail.height();
  cv::Mat colours;
  cv::GaussianBlur(
      cv::Mat(height, width, CV_32FC3, const_cast<float*>(detail.data())),
      colours,
      {},
      kSmoothPx);
  const cv::Mat ring = RingAround(MatOf(hole), MatOf(usable));
  const auto learn = [&](int from, int to, Palette& palette) {
    for (int y = from; y < to; ++y) {
      for (int x = 0; x < width; ++x) {
        if (ring.at<uint8_t>(y, x) != 0) {
          palette.Add(colours.at<cv::Vec3f>(y, x));
        }
      }
    }
  };
  Palette all;
  learn(0, height, all);
  if (all.total() < kLeastRingCount) return usable;
  cv::Mat things(height, width, CV_8U, cv::Scalar(0));
  const int step = band_px > 0 ? band_px : height;
  for (int from = 0; from < height; from += step) {
    const int to = std::min(height, from + step);
    Palette band;
    // Half a band more on either side: what is level is not exactly so.
    learn(std::max(0, from - step / 2), std::min(height, to + step / 2), band);
    const Palette& palette = band.total() >= kLeastRingCount ? band : all;
    for (int y = from; y < to; ++y) {
      for (int x = 0; x < width; ++x) {
        if (usable.at(x, y) != 0 &&
            !palette.Holds(colours.at<cv::Vec3f>(y, x))) {
          things.at<uint8_t>(y, x) = 255;
        }
      }
    }
  }
  // Thin odd places are texture: grain, or on floors joints.
  const int thin = band_px > 0 ? 2 : kJointPx;
  cv::morphologyEx(
      things, things, cv::MORPH_OPEN, cv::Mat::ones(thin, thin, CV_8U));
  cv::dilate(things,
             things,
             cv::Mat::ones(2 * kThingRimPx + 1, 2 * kThingRimPx + 1, CV_8U));
  ImageU8 kept = usable;
  MatOf(kept).setTo(0, things);
  return cv::countNonZero(MatOf(kept)) <
                 kLeastKept * cv::countNonZero(MatOf(usable))
             ? usable
             : kept;
}

}  // namespace stage::engine
