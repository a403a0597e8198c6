#include "engine/scene/floor_appearance.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

/// A picture whose lower third is floor; the wall above has its colours from
/// `alike` of the way across on, and others to the left of it.
struct Guess {
  cv::Mat lab = cv::Mat(120, 180, CV_32FC3, cv::Scalar(80, 0, 2));
  cv::Mat floor = cv::Mat::zeros(120, 180, CV_8U);

  explicit Guess(double alike) {
    const int rows = 80, from = static_cast<int>(lab.cols * alike);
    floor.rowRange(rows, lab.rows).setTo(255);
    lab.rowRange(rows, lab.rows).setTo(cv::Scalar(55, 8, 20));
    lab.rowRange(40, rows)
        .colRange(from, lab.cols)
        .setTo(cv::Scalar(55, 8, 20));
  }
  double Trust() const {
    return ColorTrust(FloorLikelihood(lab, floor, ~floor), floor, ~floor);
  }
};

TEST_CASE("ColorTrust: colours that only the floor has are trusted") {
  CHECK(Guess(1.0).Trust() == 1);
  CHECK(Guess(0.9).Trust() == 1);
}

TEST_CASE("ColorTrust: a wall of the floor's colours takes it away") {
  CHECK(Guess(0.0).Trust() == 0);
  const double some = Guess(0.65).Trust();
  CHECK(some > 0);
  CHECK(some < 1);
}

TEST_CASE("ColorTrust: without a wall in sight nothing speaks against it") {
  const cv::Mat all(20, 30, CV_8U, cv::Scalar(255));
  const cv::Mat none = cv::Mat::zeros(20, 30, CV_8U);
  CHECK(ColorTrust(cv::Mat::zeros(20, 30, CV_32F), all, none) == 1);
}

}  // namespace
}  // namespace stage::engine
