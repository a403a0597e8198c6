#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

namespace stage::engine {

/// A colour that varies quadratically over the picture, as skies do, fitted
/// robustly to the pixels of a mask.
class SmoothColor {
 public:
  /// @param lab   CV_32FC3
  /// @param mask  CV_8U of its size
  SmoothColor(const cv::Mat& lab, const cv::Mat& mask);

  cv::Vec3f At(const cv::Point& p) const;
  /// Usual distance of the mask's pixels from it.
  float spread() const { return spread_; }

 private:
  static constexpr int kTerms = 6;

  std::array<double, kTerms> Basis(const cv::Point& p) const;
  void Solve(const cv::Mat& lab,
             const std::vector<cv::Point>& points,
             const std::vector<double>& weights);

  cv::Size size_;
  std::array<std::array<double, kTerms>, 3> terms_{};
  float spread_ = 1;
};

}  // namespace stage::engine
