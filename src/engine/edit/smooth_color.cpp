#include "engine/edit/smooth_color.h"

#include <algorithm>

namespace stage::engine {
namespace {

using Lab = cv::Vec3f;

}  // namespace

SmoothColor::SmoothColor(const cv::Mat& lab, const cv::Mat& mask)
    : size_(lab.size()) {
  std::vector<cv::Point> points;
  cv::findNonZero(mask, points);
  const size_t stride = std::max<size_t>(1, points.size() / 6000);
  std::vector<cv::Point> used;
  for (size_t i = 0; i < points.size(); i += stride) used.push_back(points[i]);
  std::vector<double> weights(used.size(), 1.0);
  for (int round = 0; round < 4; ++round) {
    Solve(lab, used, weights);
    std::vector<float> residuals;
    for (const cv::Point& p : used) {
      residuals.push_back(static_cast<float>(cv::norm(lab.at<Lab>(p) - At(p))));
    }
    std::vector<float> sorted = residuals;
    const auto middle = sorted.begin() + static_cast<long>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    spread_ = std::max(0.8f, *middle * 1.2f);
    for (size_t i = 0; i < used.size(); ++i) {
      const double t = residuals[i] / (3 * spread_);
      weights[i] = 1 / (1 + t * t * t * t);
    }
  }
}

cv::Vec3f SmoothColor::At(const cv::Point& p) const {
  const auto basis = Basis(p);
  Lab color(0, 0, 0);
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kTerms; ++i) {
      color[c] += static_cast<float>(terms_[c][i] * basis[i]);
    }
  }
  return color;
}
std::array<double, SmoothColor::kTerms> SmoothColor::Basis(
    const cv::Point& p) const {
  const double x = 2.0 * p.x / size_.width - 1;
  const double y = 2.0 * p.y / size_.height - 1;
  return {1, x, y, x * x, x * y, y * y};
}

void SmoothColor::Solve(const cv::Mat& lab,
                        const std::vector<cv::Point>& points,
                        const std::vector<double>& weights) {
  cv::Mat normal = cv::Mat::eye(kTerms, kTerms, CV_64F) * 1e-3;
  cv::Mat right = cv::Mat::zeros(kTerms, 3, CV_64F);
  for (size_t n = 0; n < points.size(); ++n) {
    const auto basis = Basis(points[n]);
    const Lab& color = lab.at<Lab>(points[n]);
    for (int i = 0; i < kTerms; ++i) {
      for (int j = 0; j < kTerms; ++j) {
        normal.at<double>(i, j) += weights[n] * basis[i] * basis[j];
      }
      for (int c = 0; c < 3; ++c) {
        right.at<double>(i, c) += weights[n] * basis[i] * color[c];
      }
    }
  }
  cv::Mat solution;
  cv::solve(normal, right, solution, cv::DECOMP_CHOLESKY);
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kTerms; ++i) {
      terms_[c][i] = solution.at<double>(i, c);
    }
  }
}

}  // namespace stage::engine
