#include "engine/edit/relight.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"
#include "edit/drawn_exterior.h"
#include "engine/edit/facade_windows.h"

namespace stage::engine {
namespace {

using test::DrawExterior;
using test::DrawnExterior;

DrawnExterior Daylight() {
  return DrawExterior({70, 120, 190}, {170, 200, 230});
}

Scene OutdoorScene(const Photo& photo) {
  Scene scene;
  scene.outdoors = true;
  scene.camera.width_px = photo.width();
  scene.camera.height_px = photo.height();
  scene.camera.focal_px = 0.7 * photo.width();
  scene.camera.center_px = {photo.width() / 2.0, photo.height() / 2.0};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  return scene;
}

Photo Relit(const Photo& photo,
            SkyKind sky,
            bool relight,
            RelightReport* report = nullptr) {
  Photo relit = photo;
  const RelightReport made = Relight(OutdoorScene(photo),
                                     {.sky = sky, .relight = relight},
                                     ColorConverter(photo),
                                     {.threads = 2},
                                     relit);
  if (report != nullptr) *report = made;
  return relit;
}

double MeanOf(const Photo& photo, const cv::Rect& box, int channel) {
  double sum = 0;
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      sum += photo.pixels8.at(x, y, channel);
    }
  }
  return sum / box.area();
}

}  // namespace

TEST_CASE("Relight: another sky leaves everything else its bits") {
  const DrawnExterior drawn = Daylight();
  RelightReport report;
  const Photo misty = Relit(drawn.photo, SkyKind::kMisty, false, &report);
  int changed = 0;
  for (int y = 300; y < 640; ++y) {
    for (int x = 0; x < 760; ++x) {
      if (drawn.sky.at<uchar>(y, x)) continue;
      const bool near = drawn.sky.at<uchar>(y, std::max(0, x - 16)) ||
                        drawn.sky.at<uchar>(y, x + 16) ||
                        drawn.sky.at<uchar>(y - 16, x);
      if (near) continue;
      for (int c = 0; c < 3; ++c) {
        changed += misty.pixels8.at(x, y, c) != drawn.photo.pixels8.at(x, y, c);
      }
    }
  }
  CHECK(changed == 0);
  const double share =
      cv::countNonZero(drawn.sky) / static_cast<double>(drawn.sky.total());
  CHECK(report.sky_fraction == doctest::Approx(share).epsilon(0.04));
  // The blue is gone.
  const cv::Rect sky(20, 20, 200, 60);
  CHECK(MeanOf(misty, sky, 2) - MeanOf(misty, sky, 0) < 25);
  CHECK(MeanOf(misty, sky, 0) > MeanOf(drawn.photo, sky, 0) + 60);
}

TEST_CASE("Relight: dusk darkens and cools the house and lights its windows") {
  const DrawnExterior drawn = Daylight();
  RelightReport report;
  const Photo dusk = Relit(drawn.photo, SkyKind::kDusk, true, &report);
  // A bar may make two of a window.
  CHECK(report.windows_lit >= 3);
  CHECK(report.windows_lit <= 6);
  const cv::Rect wall(200, 240, 40, 30);
  CHECK(MeanOf(dusk, wall, 1) < 0.75 * MeanOf(drawn.photo, wall, 1));
  CHECK(MeanOf(dusk, wall, 2) / MeanOf(dusk, wall, 0) >
        1.1 * MeanOf(drawn.photo, wall, 2) / MeanOf(drawn.photo, wall, 0));
  for (const cv::Rect& window : drawn.windows) {
    const cv::Rect pane(window.x + 5, window.y + 10, 24, 40);
    CHECK(MeanOf(dusk, pane, 0) > 150);
    CHECK(MeanOf(dusk, pane, 0) > MeanOf(dusk, pane, 2) + 30);
    // Its middle bar is not lit.
    const cv::Rect bar(window.x + 34, window.y + 20, 2, 40);
    CHECK(MeanOf(dusk, bar, 0) < MeanOf(dusk, pane, 0));
  }
  // Light falls on the ground below a window more than far from all.
  CHECK(MeanOf(dusk, {450, 480, 20, 10}, 0) >
        MeanOf(dusk, {40, 480, 20, 10}, 0));
}

TEST_CASE("Relight: gaps in branches show the new sky") {
  const DrawnExterior drawn = Daylight();
  const Photo night = Relit(drawn.photo, SkyKind::kBlue, true);
  double bright = 0, gaps = 0;
  for (int y = 180; y < 290; ++y) {
    for (int x = 770; x < 910; ++x) {
      if (!drawn.sky.at<uchar>(y, x)) continue;
      ++gaps;
      bright += night.pixels8.at(x, y, 0) > 150 ? 1 : 0;  // the day's sky
    }
  }
  CHECK(gaps > 100);
  CHECK(bright < 0.03 * gaps);
}

TEST_CASE("Relight: the same seed gives the same bytes on any threads") {
  const DrawnExterior drawn = Daylight();
  Photo one = drawn.photo, other = drawn.photo;
  const RelightRequest request{.sky = SkyKind::kCloudy, .seed = 4};
  Relight(OutdoorScene(one), request, ColorConverter(one), {.threads = 1}, one);
  Relight(OutdoorScene(other),
          request,
          ColorConverter(other),
          {.threads = 3},
          other);
  CHECK(one.pixels8 == other.pixels8);
}

TEST_CASE("Relight: a day's sky does not go over a photo taken at dusk") {
  DrawnExterior drawn = Daylight();
  for (size_t i = 0; i < drawn.photo.pixels8.size_bytes(); i += 3) {
    uint8_t* rgb = drawn.photo.pixels8.data() + i;
    rgb[0] = static_cast<uint8_t>(rgb[0] / 3);
    rgb[1] = static_cast<uint8_t>(rgb[1] / 2);
    rgb[2] = static_cast<uint8_t>(std::min(255, rgb[2] + 40));
  }
  CHECK_THROWS_AS(Relit(drawn.photo, SkyKind::kClear, false), Error);
  CHECK_THROWS_AS(Relit(drawn.photo, SkyKind::kGolden, true), Error);
  CHECK_NOTHROW(Relit(drawn.photo, SkyKind::kDusk, true));
}

TEST_CASE("Relight: leaves before a white sky do not stay white") {
  DrawnExterior drawn = DrawExterior({255, 255, 255}, {255, 255, 255});
  // A treetop that light leaks around: dark twigs, pale leaves.
  const cv::Rect crown(40, 60, 140, 140);
  std::vector<cv::Point> leaves;
  for (int y = crown.y; y < crown.y + crown.height; ++y) {
    for (int x = crown.x; x < crown.x + crown.width; ++x) {
      const bool twig = (x + y) % 28 < 2;
      const bool leaf = x % 12 < 7 && y % 12 < 7;
      if (!twig && !leaf) continue;
      if (!twig) leaves.emplace_back(x, y);
      drawn.photo.pixels8.at(x, y, 0) = twig ? 60 : 196;
      drawn.photo.pixels8.at(x, y, 1) = twig ? 55 : 200;
      drawn.photo.pixels8.at(x, y, 2) = twig ? 45 : 172;
    }
  }
  const Photo clear = Relit(drawn.photo, SkyKind::kClear, false);
  double after = 0;
  for (const cv::Point& at : leaves) after += clear.pixels8.at(at.x, at.y, 0);
  // Their own value is 196.
  CHECK(after / static_cast<double>(leaves.size()) < 119);
}

TEST_CASE("Relight: a garden is outdoors though a floor seems to lie there") {
  DrawnExterior drawn = DrawExterior({255, 255, 255}, {255, 255, 255});
  cv::Mat picture(drawn.photo.height(),
                  drawn.photo.width(),
                  CV_8UC3,
                  drawn.photo.pixels8.data());
  picture.rowRange(500, picture.rows).setTo(cv::Scalar(90, 130, 60));
  Scene scene = OutdoorScene(drawn.photo);
  scene.outdoors = false;
  scene.trust = SceneTrust::kFloorOnly;
  const RelightReport report = Relight(scene,
                                       {.sky = SkyKind::kDusk, .relight = true},
                                       ColorConverter(drawn.photo),
                                       {.threads = 2},
                                       drawn.photo);
  CHECK(!report.through_windows);
  CHECK(report.sky_fraction > 0.1);
}

TEST_CASE("Relight: a room without windows is refused with a reason") {
  Photo photo;
  photo.pixels8 = ImageU8(600, 400, 3, 210);
  Scene scene = OutdoorScene(photo);
  scene.outdoors = false;
  scene.trust = SceneTrust::kRoom;
  try {
    Relight(scene, {}, ColorConverter(photo), {.threads = 1}, photo);
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kGeometry);
    CHECK(std::string(error.what()).find("window") != std::string::npos);
  }
}

TEST_CASE("Relight: sky in a window ends at the horizon, or is none") {
  // One window in the far wall; its view is blue down to a row.
  const auto outcome = [](int blue_to) -> std::string {
    Photo photo;
    photo.pixels8 = ImageU8(640, 480, 3, 205);
    for (int y = 145; y < 334; ++y) {
      for (int x = 216; x < 424; ++x) {
        const bool blue = y < blue_to;
        photo.pixels8.at(x, y, 0) = blue ? 95 : 70;
        photo.pixels8.at(x, y, 1) = blue ? 150 : 110;
        photo.pixels8.at(x, y, 2) = blue ? 225 : 50;
      }
    }
    Scene scene = OutdoorScene(photo);
    scene.outdoors = false;
    scene.trust = SceneTrust::kRoom;
    scene.camera.focal_px = 420;
    scene.room.floor = {{-2, -4}, {-2, 1}, {2, 1}, {2, -4}};
    scene.room.openings = {{OpeningKind::kWindow, 3, 1, 3, 0.5, 2.3, 1}};
    try {
      Relight(scene,
              {.sky = SkyKind::kClear},
              ColorConverter(photo),
              {.threads = 2},
              photo);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(outcome(235) == "");
  CHECK(outcome(330).find("horizon") != std::string::npos);
}

}  // namespace stage::engine
