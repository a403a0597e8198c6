#include "engine/completion/level_rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace stage::engine {
namespace {

constexpr int kWidth = 300, kHeight = 60;

/// A wall over a skirting of 14 pixels that falls along this slope, with grain.
cv::Mat Skirting(double slope) {
  cv::Mat tones(kHeight, kWidth, CV_32FC3);
  uint32_t random = 7;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      random = random * 1664525u + 1013904223u;
      const double grain = 0.02 * ((random >> 16) / 65536.0 - 0.5);
      const double row = y + 0.5 - slope * (x - kWidth / 2.0);
      const double inside =
          std::clamp(row - 20, 0.0, 1.0) - std::clamp(row - 34, 0.0, 1.0);
      const auto tone = static_cast<float>(0.6 + 0.2 * inside + grain);
      tones.at<cv::Vec3f>(y, x) = cv::Vec3f::all(tone);
    }
  }
  return tones;
}

cv::Mat AllKnown() { return cv::Mat(kHeight, kWidth, CV_8U, cv::Scalar(255)); }

TEST_CASE("SlopeOfRows: a skirting's slope is found beside a hole") {
  cv::Mat known = AllKnown();
  known.colRange(60, 250).setTo(0);
  for (const double slope : {-0.008, 0.006}) {
    const auto found = SlopeOfRows(Skirting(slope), known, 0.015);
    REQUIRE(found);
    CHECK(*found == doctest::Approx(slope).epsilon(0.25));
  }
}

TEST_CASE("SlopeOfRows: an even strip and a level one have none") {
  CHECK_FALSE(SlopeOfRows(Skirting(0), AllKnown(), 0.015));
  CHECK_FALSE(SlopeOfRows(
      Skirting(0).rowRange(0, 18), AllKnown().rowRange(0, 18), 0.015));
}

TEST_CASE("SlopeOfRows: what is steeper than a skirting can be is none") {
  CHECK_FALSE(SlopeOfRows(Skirting(0.03), AllKnown(), 0.015));
}

TEST_CASE("FirstStep: the skirting ends the plain wall, from either side") {
  const auto above = FirstStep(Skirting(0), AllKnown(), 2, 50, 0.025f);
  REQUIRE(above);
  CHECK(std::abs(*above - 20) <= 2);
  const auto below = FirstStep(Skirting(0), AllKnown(), 56, 4, 0.025f);
  REQUIRE(below);
  CHECK(std::abs(*below - 34) <= 2);
  CHECK_FALSE(FirstStep(Skirting(0), AllKnown(), 2, 16, 0.025f));
}

TEST_CASE("FirstStep: a window that begins at a row is no step of the wall") {
  cv::Mat tones = Skirting(0);
  tones.colRange(0, 120) *= 0.5;
  cv::Mat known = AllKnown();
  known(cv::Range(0, 10), cv::Range(120, kWidth)).setTo(0);
  const auto step = FirstStep(tones, known, 2, 16, 0.025f);
  CHECK_FALSE(step);
}

}  // namespace
}  // namespace stage::engine
