#include "engine/scene/foreground_edges.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

namespace stage::engine {
namespace {

constexpr int kWidth = 400, kHeight = 300;

// A jamb's edge that leans by one pixel in eight.
float EdgeAt(int y) { return 180 + static_cast<float>(y) / 8; }

// What a coarse analysis makes of it: some pixels off, in steps.
cv::Mat SteppedMask(int off) {
  cv::Mat mask = cv::Mat::zeros(kHeight, kWidth, CV_8U);
  for (int y = 0; y < kHeight; ++y) {
    const int x = static_cast<int>(EdgeAt(y / 24 * 24)) + off;
    mask.row(y).colRange(x, kWidth).setTo(255);
  }
  return mask;
}

// Where the mask begins in a row, from how much of the row it covers.
float BeginOf(const cv::Mat& mask, int y) {
  return kWidth - static_cast<float>(cv::sum(mask.row(y))[0] / 255);
}

TEST_CASE("SnapUprightEdges: a mask's edge goes where the photo's is") {
  cv::Mat rgb(kHeight, kWidth, CV_8UC3, cv::Scalar(120, 70, 40));
  for (int y = 0; y < kHeight; ++y) {
    const int x = static_cast<int>(std::lround(EdgeAt(y)));
    rgb.row(y).colRange(x, kWidth).setTo(cv::Scalar(110, 105, 112));
  }
  for (const int off : {-4, 0, 4}) {
    const cv::Mat mask = SnapUprightEdges(rgb, SteppedMask(off));
    float worst = 0;
    for (int y = 4; y < kHeight - 4; ++y) {
      worst = std::max(worst, std::fabs(BeginOf(mask, y) - EdgeAt(y)));
    }
    CAPTURE(off);
    CHECK(worst < 1.5f);  // the mask was up to 7 pixels off
  }
}

TEST_CASE("SnapUprightEdges: without an edge in the photo it loses its steps") {
  const cv::Mat rgb(kHeight, kWidth, CV_8UC3, cv::Scalar(200, 200, 200));
  const cv::Mat mask = SnapUprightEdges(rgb, SteppedMask(0));
  for (int y = 40; y < kHeight - 40; ++y) {
    CHECK(std::fabs(BeginOf(mask, y) - BeginOf(mask, y - 1)) <= 1.01f);
    CHECK(std::fabs(BeginOf(mask, y) - EdgeAt(y)) < 4);
  }
}

TEST_CASE("SnapUprightEdges: a short stub is no upright edge") {
  const cv::Mat rgb(kHeight, kWidth, CV_8UC3, cv::Scalar(90, 90, 90));
  cv::Mat mask = cv::Mat::zeros(kHeight, kWidth, CV_8U);
  mask(cv::Rect(50, 60, 40, 10)).setTo(255);
  CHECK(cv::norm(SnapUprightEdges(rgb, mask), mask, cv::NORM_INF) == 0);
}

}  // namespace
}  // namespace stage::engine
