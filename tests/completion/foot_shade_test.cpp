#include "engine/completion/foot_shade.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr int kSide = 120;
constexpr float kReach = 40;

cv::Mat Distances() {
  cv::Mat distance(kSide, kSide, CV_32F);
  for (int y = 0; y < kSide; ++y) distance.row(y).setTo(static_cast<double>(y));
  return distance;
}

float ShadeAt(int y) { return -0.2f * std::max(0.f, 1 - float(y) / 30); }

TEST_CASE("FootShade: what is darker along the edge is found behind a hole") {
  cv::Mat tones(kSide, kSide, CV_32F), known(kSide, kSide, CV_8U, 255);
  for (int y = 0; y < kSide; ++y) tones.row(y).setTo(0.6 + ShadeAt(y));
  const cv::Rect hole(30, 0, 60, 60);
  tones(hole).setTo(0);
  known(hole).setTo(0);
  const cv::Mat shade = FootShade(tones, Distances(), known, kReach);
  for (const int y : {2, 10, 20, 35, 100}) {
    CHECK(std::abs(shade.at<float>(y, 60) - ShadeAt(y)) < 0.03f);
  }
}

TEST_CASE("FootShade: light along the edge is no shade") {
  cv::Mat tones(kSide, kSide, CV_32F);
  for (int y = 0; y < kSide; ++y) tones.row(y).setTo(0.6 - ShadeAt(y));
  const cv::Mat all(kSide, kSide, CV_8U, cv::Scalar(255));
  CHECK(cv::norm(FootShade(tones, Distances(), all, kReach), cv::NORM_INF) ==
        0);
}

TEST_CASE("FootShade: an even surface has none, nor one that nothing tells") {
  const cv::Mat even(kSide, kSide, CV_32F, cv::Scalar(0.5));
  const cv::Mat all(kSide, kSide, CV_8U, cv::Scalar(255));
  CHECK(cv::norm(FootShade(even, Distances(), all, kReach), cv::NORM_INF) == 0);
  CHECK(cv::norm(FootShade(even, Distances(), all == 0, kReach),
                 cv::NORM_INF) == 0);
}

}  // namespace
}  // namespace stage::engine
