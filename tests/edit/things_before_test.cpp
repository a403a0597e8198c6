#include "engine/edit/things_before.h"

#include <doctest/doctest.h>

#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr int kWidth = 900, kHeight = 600;

cv::Mat View(ImageU8& picture) {
  return {picture.height(),
          picture.width(),
          CV_MAKETYPE(CV_8U, picture.channels()),
          picture.data()};
}

double ShareIn(ImageU8& mask, const cv::Rect& box) {
  return cv::mean(View(mask)(box))[0] / 255;
}

ImageU8 All() { return ImageU8(kWidth, kHeight, 1, 255); }

}  // namespace

TEST_CASE("WithoutThings: a picture on an unevenly lit wall stays") {
  ImageU8 picture(kWidth, kHeight, 3);
  cv::Mat wall = View(picture);
  for (int x = 0; x < kWidth; ++x) {
    wall.col(x).setTo(cv::Scalar::all(220 - 0.08 * x));
  }
  const cv::Rect frame(300, 150, 200, 160), art(312, 162, 176, 136);
  cv::rectangle(wall, frame, cv::Scalar::all(25), -1);
  cv::rectangle(wall, art, cv::Scalar::all(196), -1);
  ImageU8 left = WithoutThings(picture, Beneath::kWall, All());
  CHECK(ShareIn(left, {310, 160, 180, 140}) < 0.02);
  CHECK(ShareIn(left, {0, 0, 280, kHeight}) > 0.99);
  CHECK(ShareIn(left, {520, 0, 380, kHeight}) > 0.99);
}

TEST_CASE("WithoutThings: a leg on boards stays, joints and gloss do not") {
  ImageU8 picture(kWidth, kHeight, 3);
  cv::Mat floor = View(picture);
  floor.setTo(cv::Scalar(150, 110, 70));
  for (int x = 40; x < kWidth; x += 60) {
    cv::line(floor, {x, 0}, {x, kHeight}, cv::Scalar(80, 55, 35), 1);
  }
  // Gloss of a window, from which the floor's colour is gone.
  for (int y = 350; y < 550; ++y) {
    for (int x = 500; x < 800; ++x) {
      const double edge = std::min({x - 500, 799 - x, y - 350, 549 - y}) / 60.0;
      const double part = std::clamp(edge, 0.0, 1.0);
      auto& pixel = floor.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = cv::saturate_cast<uchar>(pixel[c] * (1 - part) + 235 * part);
      }
    }
  }
  const cv::Rect leg(250, 0, 12, 200);
  cv::rectangle(floor, leg, cv::Scalar::all(15), -1);
  ImageU8 left = WithoutThings(picture, Beneath::kFloor, All());
  CHECK(ShareIn(left, {252, 4, 8, 190}) < 0.05);
  CHECK(ShareIn(left, {300, 0, 600, kHeight}) > 0.99);
}

TEST_CASE("WithoutThings: an oak table on pale boards stays, their glare not") {
  ImageU8 picture(kWidth, kHeight, 3);
  cv::Mat floor = View(picture);
  floor.setTo(cv::Scalar(178, 168, 150));
  cv::rectangle(floor, {600, 300, 200, 200}, cv::Scalar(235, 240, 250), -1);
  const cv::Rect top(200, 150, 220, 90);
  cv::rectangle(floor, top, cv::Scalar(196, 158, 98), -1);
  ImageU8 left = WithoutThings(picture, Beneath::kFloor, All());
  CHECK(ShareIn(left, {206, 156, 208, 78}) < 0.05);
  CHECK(ShareIn(left, {560, 260, 280, 280}) > 0.99);
}

}  // namespace stage::engine
