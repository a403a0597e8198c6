#include "engine/completion/source_likeness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// What is looked at together.
constexpr double kWindowPx = 6;
// How far around a hole its materials are learned.
constexpr double kRingPx = 60;
constexpr size_t kMostSamples = 250;
// Looks change slowly: pixels that are judged together.
constexpr int kBlockPx = 3;
// Differences that make another material: of the colours' logarithms, of that
// of lightness, of that of roughness.
constexpr float kOtherColour = 0.16f;
constexpr float kOtherLight = 0.7f;
constexpr float kOtherRoughness = 0.9f;
// What is smoother than this is grain.
constexpr float kGrain = 0.006f;
constexpr double kLeastKept = 0.08;

// The rim itself; a look that less of it has, 1 in so many, is none of it.
constexpr double kRimPx = 14;
constexpr size_t kLeastSupport = 25;
constexpr float kAlike = 0.3f;

using Look = cv::Vec4f;  ///< red and blue against green, light, roughness

/// Means over the known pixels around each.
cv::Mat MeanOver(const cv::Mat& values, const cv::Mat& known) {
  cv::Mat weight, sum, weights;
  known.convertTo(weight, CV_32F, 1.0 / 255);
  cv::merge(std::vector<cv::Mat>(values.channels(), weight), weights);
  cv::GaussianBlur(values.mul(weights), sum, {}, kWindowPx);
  cv::GaussianBlur(weights, weights, {}, kWindowPx);
  return sum / cv::max(weights, 1e-4);
}

cv::Mat Looks(const cv::Mat& pixels, const cv::Mat& known) {
  const cv::Mat mean = MeanOver(pixels, known);
  cv::Mat fine, grey, deviation;
  cv::GaussianBlur(pixels, fine, {}, kWindowPx / 2);
  cv::cvtColor(cv::abs(pixels - fine), grey, cv::COLOR_RGB2GRAY);
  deviation = MeanOver(grey, known);
  cv::Mat looks(pixels.size(), CV_32FC4);
  for (int y = 0; y < pixels.rows; ++y) {
    for (int x = 0; x < pixels.cols; ++x) {
      const cv::Vec3f& c = mean.at<cv::Vec3f>(y, x);
      const auto log = [](float value) { return std::log(value + 0.02f); };
      looks.at<Look>(y, x) =
          Look((log(c[0]) - log(c[1])) / kOtherColour,
               (log(c[2]) - log(c[1])) / kOtherColour,
               log((c[0] + c[1] + c[2]) / 3) / kOtherLight,
               std::log(deviation.at<float>(y, x) + kGrain) / kOtherRoughness);
    }
  }
  return looks;
}

std::vector<Look> Samples(const cv::Mat& looks, const cv::Mat& ring) {
  std::vector<cv::Point> places;
  cv::findNonZero(ring, places);
  const size_t stride = 1 + places.size() / kMostSamples;
  std::vector<Look> samples;
  for (size_t i = 0; i < places.size(); i += stride) {
    samples.push_back(looks.at<Look>(places[i]));
  }
  return samples;
}

/// What a picture looks like, and what is seen of it within reach of a hole.
struct LooksAround {
  cv::Mat distance;  ///< CV_32F, pixels from the hole
  cv::Mat looks;
  std::vector<Look> samples;

  LooksAround(const ImageF& pixels,
              const ImageU8& hole,
              const ImageU8& usable,
              double reach_px)
      : looks(Looks(MatOf(pixels), MatOf(usable))) {
    cv::distanceTransform(MatOf(hole) == 0, distance, cv::DIST_L2, 3);
    samples = Samples(looks, MatOf(usable) & (distance <= reach_px));
  }

  bool TooFew() const { return samples.size() < kMostSamples / 8; }
};

}  // namespace

ImageU8 SourcesOfItsMaterial(const ImageF& pixels,
                             const ImageU8& hole,
                             const ImageU8& usable) {
  const LooksAround ring(pixels, hole, usable, kRingPx);
  if (ring.TooFew()) return usable;
  ImageU8 kept = usable;
  for (int y = 0; y < kept.height(); y += kBlockPx) {
    for (int x = 0; x < kept.width(); x += kBlockPx) {
      if (ring.distance.at<float>(y, x) <= kRingPx) continue;
      const Look& look = ring.looks.at<Look>(y, x);
      const bool found = std::any_of(
          ring.samples.begin(), ring.samples.end(), [&](const Look& sample) {
            const Look away = sample - look;
            return away.dot(away) < 1;
          });
      if (found) continue;
      const cv::Rect block(x, y, kBlockPx, kBlockPx);
      MatOf(kept)(block & cv::Rect({0, 0}, ring.looks.size())).setTo(0);
    }
  }
  return cv::countNonZero(MatOf(kept)) <
                 kLeastKept * cv::countNonZero(MatOf(usable))
             ? usable
             : kept;
}

ImageF Unlikeness(const ImageF& pixels,
                  const ImageU8& hole,
                  const ImageU8& usable) {
  const LooksAround rim(pixels, hole, usable, kRimPx);
  if (rim.TooFew()) return {};
  const size_t support = rim.samples.size() / kLeastSupport;
  ImageF unlike(usable.width(), usable.height(), 1);
  std::vector<float> away(rim.samples.size());
  for (int y = 0; y < unlike.height(); y += kBlockPx) {
    for (int x = 0; x < unlike.width(); x += kBlockPx) {
      if (usable.at(x, y) == 0) continue;
      const Look& look = rim.looks.at<Look>(y, x);
      std::transform(rim.samples.begin(),
                     rim.samples.end(),
                     away.begin(),
                     [&look](const Look& sample) {
                       const Look difference = sample - look;
                       return difference.dot(difference);
                     });
      const auto nearest = away.begin() + static_cast<std::ptrdiff_t>(support);
      std::nth_element(away.begin(), nearest, away.end());
      const cv::Rect block(x, y, kBlockPx, kBlockPx);
      MatOf(unlike)(block & cv::Rect({0, 0}, rim.looks.size()))
          .setTo(std::max(0.0f, std::sqrt(*nearest) - kAlike));
    }
  }
  return unlike;
}

}  // namespace stage::engine
