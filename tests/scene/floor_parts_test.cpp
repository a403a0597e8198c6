#include "engine/scene/floor_parts.h"

#include <doctest/doctest.h>

#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 120, kHeight = 100;
const cv::Scalar kWood(45, 12, 26), kGrey(60, 0, 3), kPale(72, 0, 3.6);

cv::Mat Rows(int from, int to) {
  cv::Mat mask = cv::Mat::zeros(kHeight, kWidth, CV_8U);
  mask.rowRange(from, to).setTo(255);
  return mask;
}

/// A pale wall, what stands below it, and a floor.
cv::Mat Picture(const cv::Scalar& between, const cv::Scalar& floor) {
  cv::Mat lab(kHeight, kWidth, CV_32FC3, kPale);
  lab.rowRange(50, 70).setTo(between);
  lab.rowRange(70, kHeight).setTo(floor);
  return lab;
}

}  // namespace

TEST_CASE("HueDifference: shade keeps the hue, another material does not") {
  CHECK(HueDifference({60, 16, 34}, {30, 8, 17}) == doctest::Approx(0));
  CHECK(HueDifference({60, 0, 3}, {45, 12, 26}) > 25);
}

TEST_CASE("NearerColor: keeps what has the colour of the lower picture") {
  const cv::Mat lab = Picture(kGrey, kWood);
  const cv::Mat nearer = NearerColor(lab, Rows(50, kHeight));
  REQUIRE(!nearer.empty());
  CHECK(cv::countNonZero(nearer & Rows(50, 70)) < 0.1 * 20 * kWidth);
  CHECK(cv::countNonZero(nearer & Rows(70, kHeight)) > 0.9 * 30 * kWidth);
  CHECK(NearerColor(lab, Rows(0, 0)).empty());
}

TEST_CASE("ComparePart: a wall's foot has the wall's hue, shade the floor's") {
  const cv::Mat floor = Rows(70, kHeight), part = Rows(50, 70);
  const auto wall =
      ComparePart(Picture(kGrey, kWood), part, floor, floor | part);
  REQUIRE(wall.has_value());
  CHECK(wall->from_floor > 20);
  CHECK(wall->from_wall < 1);
  CHECK(wall->above_wall == doctest::Approx(-12));

  const auto shade =
      ComparePart(Picture(0.6 * kWood, kWood), part, floor, floor | part);
  REQUIRE(shade.has_value());
  CHECK(shade->from_floor < 1);
  CHECK(shade->from_wall > 10);

  const auto sheen =
      ComparePart(Picture({90, 1, 5}, kWood), part, floor, floor | part);
  REQUIRE(sheen.has_value());
  CHECK(sheen->above_wall > 10);
}

TEST_CASE("ComparePart: says nothing of next to nothing") {
  const cv::Mat floor = Rows(70, kHeight), part = Rows(69, 70);
  CHECK(!ComparePart(Picture(kGrey, kWood), part, floor, floor | part));
}

}  // namespace stage::engine
