#include "engine/scene/floor_outline.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

/// Part of `mask` that its outline covers, and part of the outline's area that
/// is in the mask.
std::pair<double, double> Covered(const cv::Mat& mask) {
  const cv::Mat outlined = MaskOfOutline(OutlineOfMask(mask), mask.size());
  const double both = cv::countNonZero(mask & outlined);
  return {both / cv::countNonZero(mask), both / cv::countNonZero(outlined)};
}

}  // namespace

TEST_CASE("OutlineOfMask: a floor cut in two by a column is one outline") {
  cv::Mat floor(200, 300, CV_8U, cv::Scalar(0));
  floor(cv::Rect(0, 120, 100, 80)) = 255;
  floor(cv::Rect(130, 110, 170, 90)) = 255;
  const auto [found, right] = Covered(floor);
  CHECK(found > 0.97);
  CHECK(right > 0.97);
}

TEST_CASE("OutlineOfMask: specks are no floor") {
  cv::Mat floor(200, 300, CV_8U, cv::Scalar(0));
  floor(cv::Rect(0, 120, 200, 80)) = 255;
  floor(cv::Rect(250, 20, 4, 4)) = 255;
  for (const Eigen::Vector2d& p : OutlineOfMask(floor)) CHECK(p.x() < 205);
}

TEST_CASE("OutlineOfMask: nothing has no outline") {
  CHECK(OutlineOfMask(cv::Mat::zeros(20, 30, CV_8U)).empty());
}

}  // namespace stage::engine
