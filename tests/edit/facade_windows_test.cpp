#include "engine/edit/facade_windows.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr int kWidth = 640, kHeight = 480;

void Fill(ImageU8& picture, const cv::Rect& box, int grey) {
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        picture.at(x, y, c) = static_cast<uint8_t>(grey);
      }
    }
  }
}

ImageF LinearOf(const ImageU8& picture) {
  ImageF linear(picture.width(), picture.height(), 3);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        linear.at(x, y, c) =
            std::pow(static_cast<float>(picture.at(x, y, c)) / 255.0f, 2.2f);
      }
    }
  }
  return linear;
}

}  // namespace

TEST_CASE("FindFacadeWindows: dark panes in a wall, but no louvred vent") {
  ImageU8 front(kWidth, kHeight, 3, 215);
  const cv::Rect pane(120, 220, 50, 70), vent(400, 100, 30, 48);
  Fill(front, pane, 40);
  Fill(front, vent, 50);
  for (int y = vent.y + 4; y < vent.y + vent.height; y += 8) {
    Fill(front, {vent.x + 2, y, vent.width - 4, 4}, 150);
  }
  const cv::Mat sky(kHeight, kWidth, CV_8U, cv::Scalar(0));
  const std::vector<FacadeWindow> windows =
      FindFacadeWindows(front, LinearOf(front), sky);
  REQUIRE(windows.size() == 1);
  CHECK((windows[0].box & pane).area() > 0.9 * pane.area());
}

TEST_CASE("FindFacadeWindows: a window behind a post, but no door") {
  ImageU8 front(kWidth, kHeight, 3, 215);
  const cv::Rect pane(120, 220, 50, 70), post(104, 60, 16, 372);
  const cv::Rect door(300, 290, 50, 110), step(280, 400, 90, 32);
  Fill(front, pane, 40);
  Fill(front, post, 30);
  // Stands on a dark step, below a letter box.
  Fill(front, door, 35);
  Fill(front, step, 45);
  Fill(front, {380, 300, 10, 20}, 30);
  const cv::Mat sky(kHeight, kWidth, CV_8U, cv::Scalar(0));
  const std::vector<FacadeWindow> windows =
      FindFacadeWindows(front, LinearOf(front), sky);
  REQUIRE(windows.size() == 1);
  CHECK((windows[0].box & pane).area() > 0.9 * pane.area());
  CHECK(windows[0].box.area() < 1.4 * pane.area());
}

}  // namespace stage::engine
