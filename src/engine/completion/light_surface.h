#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

namespace stage::engine {

/// Light on an even surface: a polynomial of second degree for the logarithm
/// of each channel.
class LightSurface {
 public:
  /// Fits the logarithms at these pixels; what is darker than most agree on
  /// counts less and less.
  /// @param log_tone  CV_32FC3
  /// @return nullopt when they do not agree on any light
  static std::optional<LightSurface> Fit(const cv::Mat& log_tone,
                                         const std::vector<cv::Point>& pixels);

  cv::Vec3f At(const cv::Point& pixel) const;
  /// Median departure of the pixels it was fitted to.
  double spread() const { return spread_; }

 private:
  static constexpr int kTerms = 6;
  static std::array<double, kTerms> Terms(double x, double y) {
    return {1, x, y, x * x, x * y, y * y};
  }
  std::array<double, kTerms> TermsAt(const cv::Point& pixel) const;

  cv::Point2d center_;
  double scale_ = 1;
  std::array<std::array<double, kTerms>, 3> coefficients_{};
  cv::Vec3f least_, most_;  ///< it is not carried on beyond what was seen
  double spread_ = 0;
};

}  // namespace stage::engine
