#include "engine/edit/sky_region.h"

#include <doctest/doctest.h>

#include <opencv2/imgproc.hpp>

#include "edit/drawn_exterior.h"
#include "engine/edit/sky_gaps.h"
#include "engine/edit/window_view.h"

namespace stage::engine {
namespace {

using test::DrawExterior;

double Overlap(const cv::Mat& a, const cv::Mat& b) {
  return cv::countNonZero(a & b) / static_cast<double>(cv::countNonZero(a | b));
}

/// A white wall with a window: a bar divides blue sky with a cloud at the bar,
/// over trees.
struct DrawnWindow {
  ImageU8 srgb{900, 600, 3, 232};
  ImageF linear{900, 600, 3, 0.8f};
  cv::Rect box{300, 120, 320, 300};
  cv::Mat sky = cv::Mat(600, 900, CV_8U, cv::Scalar(0));

  DrawnWindow() {
    cv::Mat picture(600, 900, CV_8UC3, srgb.data());
    cv::rectangle(picture, box, cv::Scalar(80, 140, 215), -1);
    cv::ellipse(picture, {445, 190}, {60, 18}, 0, 0, 360, {240, 242, 245}, -1);
    cv::rectangle(picture, {300, 260, 320, 160}, cv::Scalar(60, 90, 35), -1);
    sky(cv::Rect(300, 120, 320, 140)).setTo(255);
    const cv::Rect bar(452, 120, 16, 300);
    cv::rectangle(picture, bar, cv::Scalar(228, 228, 226), -1);
    sky(bar).setTo(0);
    cv::Mat light(600, 900, CV_32FC3, linear.data());
    picture.convertTo(light, CV_32FC3, 1 / 255.0);
    cv::pow(light, 2.2, light);
  }
};

}  // namespace

TEST_CASE("FindSkyOutdoors: blue, white and dusky skies are found whole") {
  const std::pair<cv::Vec3b, cv::Vec3b> skies[] = {
      {{70, 120, 190}, {170, 200, 230}},
      {{254, 254, 255}, {255, 255, 255}},
      {{40, 90, 190}, {90, 140, 220}}};
  for (const auto& [top, horizon] : skies) {
    const auto drawn = DrawExterior(top, horizon);
    const SkyRegion sky = FindSkyOutdoors(drawn.photo.pixels8);
    CAPTURE(top[0]);
    CHECK(sky.doubt == "");
    CHECK(sky.confidence > 0.6);
    CHECK(Overlap(sky.mask, drawn.sky) > 0.96);
  }
}

TEST_CASE("FindSkyOutdoors: the glow along a roof is sky") {
  auto drawn = DrawExterior({20, 110, 215}, {40, 130, 225});
  ImageU8& picture = drawn.photo.pixels8;
  const int x0 = 480;
  int y0 = 0;
  while (drawn.sky.at<uchar>(y0, x0)) ++y0;
  const cv::Rect glow(x0 - 45, y0 - 20, 91, 20);
  for (int y = glow.y; y < y0; ++y) {
    for (int x = glow.x; x < glow.x + glow.width; ++x) {
      if (!drawn.sky.at<uchar>(y, x)) continue;
      const double aside = 1 - std::abs(x - x0) / 45.0;
      const double part = aside * (y - glow.y) / 20.0;
      const cv::Vec3b bright(85, 165, 235);
      for (int c = 0; c < 3; ++c) {
        picture.at(x, y, c) = static_cast<uint8_t>(
            picture.at(x, y, c) * (1 - part) + bright[c] * part);
      }
    }
  }
  const SkyRegion found = FindSkyOutdoors(picture);
  const cv::Mat missed = drawn.sky(glow) & ~found.mask(glow);
  CHECK(cv::countNonZero(missed) < 0.2 * cv::countNonZero(drawn.sky(glow)));
}

TEST_CASE("IsBlownOut: one white, or one grey made of it, but no clouds") {
  const cv::Mat all(100, 100, CV_8U, cv::Scalar(255));
  CHECK(IsBlownOut(cv::Mat(100, 100, CV_32FC3, cv::Scalar(99, 0, 0)), all));
  cv::Mat grey(100, 100, CV_32FC3, cv::Scalar(85, 0, 0));
  CHECK(IsBlownOut(grey, all));
  CHECK(!IsBlownOut(grey + cv::Scalar(0, -3, -8), all));
  for (int y = 0; y < grey.rows; ++y) grey.row(y) += cv::Scalar(0.1 * y, 0, 0);
  CHECK(!IsBlownOut(grey, all));
}

TEST_CASE("FindSkyOutdoors: a picture without sky says so") {
  ImageU8 wall(900, 600, 3, 120);
  CHECK(FindSkyOutdoors(wall).doubt != "");
}

TEST_CASE("FindSkyOutdoors: a sky that ends nowhere is doubted") {
  ImageU8 fog(900, 600, 3);
  for (int y = 0; y < 600; ++y) {
    std::fill_n(fog.row(y), 2700, static_cast<uint8_t>(245 - y / 8));
  }
  CHECK(FindSkyOutdoors(fog).doubt != "");
}

TEST_CASE("WindowView: bars are no view, clouds at them are") {
  const DrawnWindow window;
  const WindowView view(window.srgb, window.linear, {window.box});
  CHECK(view.share() > 0.85);
  CHECK(view.mask().at<uchar>(200, 460) == 0);    // bar
  CHECK(view.mask().at<uchar>(190, 420) == 255);  // cloud
  CHECK(view.mask().at<uchar>(350, 350) == 255);  // trees
  CHECK(view.mask().at<uchar>(350, 200) == 0);    // wall
}

TEST_CASE("FindSkyInWindows: sky and cloud between the bars, no trees") {
  const DrawnWindow window;
  const WindowView view(window.srgb, window.linear, {window.box});
  const SkyRegion sky =
      FindSkyInWindows(window.srgb, {window.box}, view.mask());
  CHECK(sky.doubt == "");
  CHECK(Overlap(sky.mask, window.sky) > 0.93);
}

TEST_CASE("FindSkyInWindows: a window without blue has none") {
  ImageU8 grey(900, 600, 3, 200);
  const cv::Mat view(600, 900, CV_8U, cv::Scalar(255));
  CHECK(FindSkyInWindows(grey, {{300, 120, 320, 300}}, view).doubt != "");
}

}  // namespace stage::engine
