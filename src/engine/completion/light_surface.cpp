#include "engine/completion/light_surface.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr int kRounds = 12;
constexpr size_t kLeastPixels = 200;
// Departures, in medians, that do not count any more; darker ones sooner.
constexpr double kDarker = 3, kLighter = 5;
constexpr double kLeastSpread = 0.006;
// Keeps the curvature small where few pixels tell it.
constexpr double kStiffness = 0.02;

double MedianOf(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double WeightOf(double departure, double spread) {
  const double at =
      std::abs(departure) / (spread * (departure < 0 ? kDarker : kLighter));
  return at >= 1 ? 0 : (1 - at * at) * (1 - at * at);
}

}  // namespace

std::array<double, LightSurface::kTerms> LightSurface::TermsAt(
    const cv::Point& pixel) const {
  return Terms((pixel.x - center_.x) / scale_, (pixel.y - center_.y) / scale_);
}

std::optional<LightSurface> LightSurface::Fit(
    const cv::Mat& log_tone, const std::vector<cv::Point>& pixels) {
  if (pixels.size() < kLeastPixels) return std::nullopt;
  LightSurface light;
  const cv::Rect box = cv::boundingRect(pixels);
  light.center_ = {box.x + box.width / 2.0, box.y + box.height / 2.0};
  light.scale_ = std::max(box.width, box.height) / 2.0;
  const size_t count = pixels.size();
  std::vector<double> weight(count, 1), departure(count);
  for (int round = 0; round < kRounds; ++round) {
    Eigen::Matrix<double, kTerms, kTerms> squares;
    Eigen::Matrix<double, kTerms, 3> sums;
    squares.setZero();
    sums.setZero();
    double total = 0;
    for (size_t i = 0; i < count; ++i) {
      if (weight[i] == 0) continue;
      const auto terms = light.TermsAt(pixels[i]);
      const Eigen::Map<const Eigen::Matrix<double, kTerms, 1>> t(terms.data());
      const cv::Vec3f& tone = log_tone.at<cv::Vec3f>(pixels[i]);
      squares += weight[i] * t * t.transpose();
      for (int c = 0; c < 3; ++c) sums.col(c) += weight[i] * tone[c] * t;
      total += weight[i];
    }
    if (total < 0.15 * static_cast<double>(count)) return std::nullopt;
    for (int k = 1; k < kTerms; ++k) {
      squares(k, k) += kStiffness * (k > 2 ? 1.0 : 0.1) * total;
    }
    const Eigen::Matrix<double, kTerms, 3> solved = squares.ldlt().solve(sums);
    for (int c = 0; c < 3; ++c) {
      for (int k = 0; k < kTerms; ++k) light.coefficients_[c][k] = solved(k, c);
    }
    // Not held at what was seen while it is still sought.
    light.least_ = cv::Vec3f::all(-20);
    light.most_ = cv::Vec3f::all(20);
    std::vector<double> sizes(count);
    for (size_t i = 0; i < count; ++i) {
      const cv::Vec3f away =
          log_tone.at<cv::Vec3f>(pixels[i]) - light.At(pixels[i]);
      departure[i] = (away[0] + away[1] + away[2]) / 3;
      const double tint = std::max({away[0], away[1], away[2]}) -
                          std::min({away[0], away[1], away[2]});
      departure[i] =
          std::copysign(std::hypot(departure[i], tint), departure[i]);
      sizes[i] = std::abs(departure[i]);
    }
    light.spread_ = MedianOf(sizes);
    const double spread = std::max(light.spread_, kLeastSpread);
    for (size_t i = 0; i < count; ++i) {
      weight[i] = WeightOf(departure[i], 1.5 * spread);
    }
  }
  light.least_ = cv::Vec3f::all(20);
  light.most_ = cv::Vec3f::all(-20);
  for (size_t i = 0; i < count; ++i) {
    if (weight[i] < 0.3) continue;
    const cv::Vec3f& tone = log_tone.at<cv::Vec3f>(pixels[i]);
    for (int c = 0; c < 3; ++c) {
      light.least_[c] = std::min(light.least_[c], tone[c]);
      light.most_[c] = std::max(light.most_[c], tone[c]);
    }
  }
  return light;
}

cv::Vec3f LightSurface::At(const cv::Point& pixel) const {
  const auto terms = TermsAt(pixel);
  cv::Vec3f value;
  for (int c = 0; c < 3; ++c) {
    double sum = 0;
    for (int k = 0; k < kTerms; ++k) sum += coefficients_[c][k] * terms[k];
    value[c] = std::clamp(static_cast<float>(sum), least_[c], most_[c]);
  }
  return value;
}

}  // namespace stage::engine
