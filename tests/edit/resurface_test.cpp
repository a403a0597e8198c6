#include "engine/edit/resurface.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/error.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 640, kHeight = 480;

/// A box of a room, 4 m wide and 5 m deep, seen from its middle.
Scene Room() {
  Scene scene;
  scene.trust = SceneTrust::kRoom;
  scene.camera.width_px = kWidth;
  scene.camera.height_px = kHeight;
  scene.camera.focal_px = 420;
  scene.camera.center_px = {kWidth / 2.0, kHeight / 2.0};
  scene.camera.world_to_camera = WorldToCamera(8, 0, 0);
  scene.room.floor = {{-2, -4}, {-2, 1}, {2, 1}, {2, -4}};
  scene.room.height = 2.6;
  return scene;
}

/// Walls and a floor with thin dark joints; its right half lies in shadow.
Photo Floor(bool joints) {
  Photo photo;
  photo.pixels8 = ImageU8(kWidth, kHeight, 3, 215);
  const Scene scene = Room();
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const auto point = scene.camera.FloorPoint({x + 0.5, y + 0.5});
      if (!point || point->y() < -4 || std::abs(point->x()) > 2) continue;
      int grey = x < kWidth / 2 ? 150 : 85;
      const double along = point->y() / 0.4 - std::floor(point->y() / 0.4);
      if (joints && along < 0.06) grey /= 2;
      for (int c = 0; c < 3; ++c) {
        photo.pixels8.at(x, y, c) = static_cast<uint8_t>(grey - 8 * c);
      }
    }
  }
  return photo;
}

ImageU8 Box(int x, int y, int width, int height) {
  ImageU8 mask(kWidth, kHeight, 1);
  for (int row = y; row < y + height; ++row) {
    std::fill_n(mask.row(row) + x, width, uint8_t{255});
  }
  return mask;
}

ResurfaceReport Cover(const std::string& material,
                      const ImageU8& mask,
                      Photo& photo,
                      const Scene& scene = Room()) {
  return Resurface(scene,
                   LayoutSource::kRoom,
                   material,
                   mask,
                   ColorConverter(photo),
                   {.threads = 2},
                   photo);
}

double MeanGreen(const Photo& photo, int x, int y, int width, int height) {
  double sum = 0;
  for (int row = y; row < y + height; ++row) {
    for (int column = x; column < x + width; ++column) {
      sum += std::pow(photo.pixels8.at(column, row, 1) / 255.0, 2.2);
    }
  }
  return sum / (width * height);
}

}  // namespace

TEST_CASE("Resurface: outside of the mask every pixel keeps its bits") {
  const Photo before = Floor(true);
  Photo after = before;
  const ImageU8 mask = Box(200, 380, 240, 80);
  CHECK(Cover("oak", mask, after).surface == "floor");
  int outside = 0, inside = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) {
        const bool differs =
            before.pixels8.at(x, y, c) != after.pixels8.at(x, y, c);
        (mask.at(x, y) ? inside : outside) += differs;
      }
    }
  }
  CHECK(outside == 0);
  CHECK(inside > 200 * 60);
}

TEST_CASE("Resurface: shadow stays as deep, the old joints go") {
  const Photo before = Floor(true);
  Photo after = before;
  Cover("plaster", Box(60, 360, 520, 110), after);
  const double lit = MeanGreen(after, 120, 390, 120, 60);
  const double shaded = MeanGreen(after, 400, 390, 120, 60);
  const double lit_before = MeanGreen(Floor(false), 120, 390, 120, 60);
  const double shaded_before = MeanGreen(Floor(false), 400, 390, 120, 60);
  CHECK(shaded / lit ==
        doctest::Approx(shaded_before / lit_before).epsilon(0.1));
  double least = 1e9, most = 0;
  for (int y = 385; y < 460; ++y) {
    const double row = MeanGreen(after, 120, y, 120, 1);
    least = std::min(least, row);
    most = std::max(most, row);
  }
  CHECK(most / least < 1.25);  // the old joints made 4
}

TEST_CASE("Resurface: a gloss mirrors windows as light, whatever they show") {
  Scene with_window = Room();
  with_window.room.openings = {{OpeningKind::kWindow, 3, 1, 3, 0.5, 2.3, 1}};
  const auto box = OpeningBoxPx(with_window, with_window.room.openings[0]);
  REQUIRE(box);
  Photo photo = Floor(false);
  for (int y = 0; y < (*box)[3]; ++y) {  // trees, darker than the walls
    for (int x = 0; x < (*box)[2]; ++x) {
      uint8_t* rgb = &photo.pixels8.at(static_cast<int>((*box)[0]) + x,
                                       static_cast<int>((*box)[1]) + y);
      rgb[0] = 40;
      rgb[1] = 60;
      rgb[2] = 20;
    }
  }
  const ImageU8 mask = Box(60, 340, 520, 130);
  Photo wall = photo, window = photo;
  Cover("bronze", mask, wall);
  Cover("bronze", mask, window, with_window);
  CHECK(MeanGreen(window, 280, 350, 80, 80) >
        1.1 * MeanGreen(wall, 280, 350, 80, 80));
}

TEST_CASE("Resurface: light materials come out lighter than dark ones") {
  Photo pine = Floor(false), walnut = Floor(false);
  const ImageU8 mask = Box(60, 360, 520, 110);
  Cover("pine", mask, pine);
  Cover("walnut", mask, walnut);
  CHECK(MeanGreen(pine, 120, 390, 120, 60) >
        2 * MeanGreen(walnut, 120, 390, 120, 60));
}

TEST_CASE("Resurface: elements shrink with distance as the floor does") {
  // Joints of 0.3 m tiles along a column, near and far.
  Photo tiles;
  tiles.pixels8 = ImageU8(kWidth, kHeight, 3, 160);
  Cover("unglazed-tiles", Box(40, 300, 560, 178), tiles);
  const auto joints = [&](int first, int end) {
    int count = 0;
    bool in_joint = false;
    for (int y = first; y < end; ++y) {
      double darkest = 1e9;
      for (int near = y - 7; near <= y + 7; ++near) {
        darkest = std::min(darkest, MeanGreen(tiles, 300, near, 8, 1));
      }
      const bool joint = MeanGreen(tiles, 300, y, 8, 1) > 1.1 * darkest;
      count += joint && !in_joint ? 1 : 0;
      in_joint = joint;
    }
    return count;
  };
  CHECK(joints(335, 400) > joints(400, 465));
  CHECK(joints(400, 465) >= 1);
}

TEST_CASE("Resurface: a wall is a wall, and two surfaces are refused") {
  Photo photo = Floor(false);
  CHECK(Cover("brick", Box(240, 150, 160, 90), photo).surface == "wall");
  try {
    Cover("brick", Box(0, 0, kWidth, kHeight), photo);
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kGeometry);
  }
}

TEST_CASE("Resurface: without a room nothing is laid") {
  Photo photo = Floor(false);
  Scene scene = Room();
  scene.trust = SceneTrust::kNone;
  CHECK_THROWS_AS(Cover("oak", Box(200, 380, 240, 80), photo, scene), Error);
}

TEST_CASE("Resurface: courses run on around a corner") {
  // The far wall and the right one meet; joints on both sides of the corner.
  Photo photo;
  photo.pixels8 = ImageU8(kWidth, kHeight, 3, 190);
  const Scene scene = Room();
  const auto corner = scene.camera.Project({2, 1.3, -4});
  REQUIRE(corner);
  const int x = static_cast<int>(corner->x());
  CHECK(Cover("unglazed-tiles", Box(x - 60, 100, 120, 170), photo).surface ==
        "wall");
  // The rows' tones on either wall, as far as they go up and down together.
  const auto tones = [&](int column) {
    std::vector<double> rows;
    for (int y = 120; y < 260; ++y) {
      rows.push_back(MeanGreen(photo, column, y, 5, 1) -
                     MeanGreen(photo, column, y - 8, 5, 17));
    }
    return rows;
  };
  const std::vector<double> left = tones(x - 8), right = tones(x + 3);
  const auto together = [&](int shift) {
    double sum = 0;
    for (int i = 20; i + 20 < static_cast<int>(left.size()); ++i) {
      sum +=
          left[static_cast<size_t>(i)] * right[static_cast<size_t>(i + shift)];
    }
    return sum;
  };
  // A course is some 28 rows high.
  int best = -14;
  for (int shift = -14; shift <= 14; ++shift) {
    if (together(shift) > together(best)) best = shift;
  }
  CHECK(std::abs(best) <= 2);
  CHECK(together(best) > 0);
}

TEST_CASE("Resurface: a mirror shows the room, not what the photo does not") {
  // The floor mirrors the far wall; the far wall would mirror the camera.
  Photo photo = Floor(false);
  for (int y = 0; y < 322; ++y) {
    for (int x = 0; x < kWidth; ++x) photo.pixels8.at(x, y, 0) = 20;
  }
  const Photo before = photo;
  CHECK(Cover("mirror", Box(260, 330, 120, 40), photo).surface == "floor");
  CHECK(photo.pixels8.at(320, 334, 0) < 40);
  CHECK(photo.pixels8.at(320, 334, 1) > 180);
  CHECK(photo.pixels8.at(320, 300, 1) == before.pixels8.at(320, 300, 1));
  CHECK_THROWS_AS(Cover("mirror", Box(240, 150, 160, 90), photo), Error);
}

TEST_CASE("Resurface: frosted glass leaves light but no lines") {
  Photo photo = Floor(true);
  Scene unknown = Room();
  unknown.trust = SceneTrust::kNone;
  const double before = MeanGreen(photo, 100, 380, 180, 80);
  CHECK(
      Cover("frosted-glass", Box(60, 340, 240, 130), photo, unknown).surface ==
      "pane");
  CHECK(MeanGreen(photo, 100, 380, 180, 80) ==
        doctest::Approx(before).epsilon(0.2));
  double least = 1e9, most = 0;
  for (int y = 385; y < 450; ++y) {
    const double row = MeanGreen(photo, 120, y, 120, 1);
    least = std::min(least, row);
    most = std::max(most, row);
  }
  CHECK(most / least < 1.6);  // the joints made 4
  CHECK_THROWS_AS(Cover("clear-glass", Box(60, 340, 240, 130), photo, unknown),
                  Error);
}

}  // namespace stage::engine
