#include "engine/clutter/loose_things.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "completion/box_scene.h"
#include "engine/clutter/floor_fit.h"
#include "engine/clutter/left_traces.h"
#include "engine/clutter/plain_walls.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 600, kHeight = 400;
/// Where the wall ends.
constexpr int kFootRow = 340;

using Color = std::array<uint8_t, 3>;
constexpr Color kWall = {214, 210, 200}, kFloor = {150, 112, 78},
                kBlue = {40, 70, 150}, kSun = {236, 186, 138};

ImageU8 Room() {
  ImageU8 picture(kWidth, kHeight, 3);
  uint32_t state = 5;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const Color& color = y < kFootRow ? kWall : kFloor;
      state = state * 1664525u + 1013904223u;
      for (int c = 0; c < 3; ++c) {
        picture.at(x, y, c) =
            static_cast<uint8_t>(color[c] + static_cast<int>(state >> 30) - 2);
      }
    }
  }
  return picture;
}

Scene EvenScene() {
  Scene scene = test::BoxScene(kWidth, kHeight);
  scene.floor_polygon_px = {
      {0, kFootRow}, {kWidth, kFootRow}, {kWidth, kHeight}, {0, kHeight}};
  return scene;
}

void Paint(int x0, int y0, int x1, int y1, const Color& color, ImageU8& to) {
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      for (int c = 0; c < 3; ++c) to.at(x, y, c) = color[c];
    }
  }
}

TEST_CASE("FindThings: an empty room has none") {
  CHECK(FindThings(Room(), EvenScene()).things.empty());
}

TEST_CASE("FindThings: a box on the floor is found whole") {
  ImageU8 picture = Room();
  Paint(260, 352, 330, 385, kBlue, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(map.things[0].doubt.empty());
  CHECK(map.things[0].place == ThingPlace::kOnFloor);
  int inside = 0, outside = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      if (map.label.at(x, y) == 0) continue;
      const bool box = x >= 257 && x < 333 && y >= 349 && y < 388;
      (box ? inside : outside) += 1;
    }
  }
  CHECK(inside > 0.95 * 70 * 33);
  CHECK(outside == 0);
}

TEST_CASE("FindThings: sun on the floor and a door in the wall stay") {
  ImageU8 picture = Room();
  Paint(100, 350, 180, 390, kSun, picture);
  Paint(400, 60, 470, kFootRow, kBlue, picture);
  for (const Thing& thing : FindThings(picture, EvenScene()).things) {
    CAPTURE(thing.box[0]);
    CHECK(thing.certainty < kSureThing);
    CHECK_FALSE(thing.doubt.empty());
  }
}

TEST_CASE("FindThings: a thing before the wall reaches onto the floor") {
  ImageU8 picture = Room();
  Paint(250, 320, 330, 360, kBlue, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(map.things[0].place != ThingPlace::kOnWall);
  CHECK(map.things[0].doubt.empty());
  CHECK(map.things[0].box[1] >= 316);
}

constexpr Color kBlack = {22, 22, 24}, kBrass = {150, 112, 60};

/// Whether a thing covers all of a box.
bool Covers(const ThingMap& map, int x0, int y0, int x1, int y1) {
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      if (map.label.at(x, y) == 0) return false;
    }
  }
  return true;
}

ImageU8 FramedPicture() {
  ImageU8 picture = Room();
  Paint(240, 90, 320, 190, kBlack, picture);
  Paint(246, 96, 314, 184, kWall, picture);
  return picture;
}

TEST_CASE(
    "FindThings: a frame goes with what it frames, the wall's colour or not") {
  Scene scene = EvenScene();
  for (const SceneTrust trust : {SceneTrust::kRoom, SceneTrust::kNone}) {
    scene.trust = trust;
    const ThingMap map = FindThings(FramedPicture(), scene);
    REQUIRE(map.things.size() == 1);
    CHECK(map.things[0].place == ThingPlace::kOnWall);
    CHECK(map.things[0].doubt.empty());
    CHECK(map.things[0].framed);
    CHECK(Covers(map, 241, 91, 319, 189));
  }
}

TEST_CASE("FindThings: a black screen on the wall stays") {
  ImageU8 picture = Room();
  Paint(220, 110, 340, 180, kBlack, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK_FALSE(map.things[0].doubt.empty());
}

TEST_CASE("FindThings: a chair goes with its legs, across the skirting") {
  ImageU8 picture = Room();
  Paint(0, kFootRow - 8, kWidth, kFootRow, {198, 194, 184}, picture);
  Paint(250, 240, 340, 320, kBlue, picture);
  Paint(256, 320, 262, 366, kBlack, picture);
  Paint(328, 320, 334, 366, kBlack, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(map.things[0].place == ThingPlace::kBeforeWall);
  CHECK(map.things[0].doubt.empty());
  CHECK(Covers(map, 257, 322, 261, 364));
  CHECK(Covers(map, 329, 322, 333, 364));
}

TEST_CASE("FindThings: a lamp is one with its foot of the floor's colour") {
  ImageU8 picture = Room();
  Paint(240, 100, 248, 348, kBlack, picture);
  Paint(210, 352, 278, 366, kBrass, picture);
  Paint(210, 362, 278, 366, kBlack, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(map.things[0].box[1] < 104);
  CHECK(map.things[0].box[1] + map.things[0].box[3] > 360);
}

TEST_CASE("FindThings: a blossom beside a bunch belongs to it") {
  ImageU8 picture = Room();
  Paint(250, 300, 330, 365, kBlue, picture);
  Paint(334, 296, 342, 304, kBlue, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(Covers(map, 335, 297, 341, 303));
}

TEST_CASE("FindThings: twigs and rods go with what they begin at") {
  ImageU8 picture = Room();
  Paint(250, 300, 330, 365, kBlue, picture);
  Paint(289, 240, 291, 300, kBlack, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(Covers(map, 289, 243, 291, 300));
}

TEST_CASE("FindThings: a frame and what stands close to it are two things") {
  ImageU8 picture = FramedPicture();
  Paint(322, 160, 350, 370, kBlue, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 2);
  CHECK(map.things[0].framed != map.things[1].framed);
}

TEST_CASE("FindThings: white things that are bluer than the sun on it go") {
  constexpr Color kCarpet = {132, 126, 116}, kBlinds = {176, 182, 192},
                  kLit = {238, 228, 206};
  ImageU8 picture = Room();
  Paint(0, kFootRow, kWidth, kHeight, kCarpet, picture);
  Paint(100, 352, 170, 388, kBlinds, picture);
  Paint(350, 352, 420, 388, kLit, picture);
  const ThingMap map = FindThings(picture, EvenScene());
  REQUIRE(map.things.size() == 1);
  CHECK(map.things[0].doubt.empty());
  CHECK(Covers(map, 104, 356, 166, 384));
  CHECK(map.light.at(385, 370) == 255);
  CHECK(map.light.at(135, 370) == 0);
}

TEST_CASE("FloorMisfit: an outline that cuts through a wall is told") {
  CHECK(FloorMisfit(Room(), EvenScene()) < kFloorMisread);
  Scene misread = EvenScene();
  misread.floor_polygon_px[0].y() = misread.floor_polygon_px[1].y() = 200;
  CHECK(FloorMisfit(Room(), misread) > kFloorMisread);
}

TEST_CASE("PlainWalls: walls, without floor and without what hangs there") {
  const ImageU8 walls = PlainWalls(FramedPicture(), EvenScene());
  CHECK(walls.at(100, 100) == 255);
  CHECK(walls.at(242, 140) == 0);
  CHECK(walls.at(100, kHeight - 10) == 0);
}

TEST_CASE("ThingsThatShow: sunlight beside a clean place is none of its") {
  ImageU8 empty = Room();
  Paint(348, 354, 388, 380, kSun, empty);
  ImageU8 picture = empty;
  Paint(260, 352, 335, 388, kBlue, picture);
  ThingMap before = FindThings(picture, EvenScene());
  REQUIRE(before.things.size() == 1);
  before.things[0].doubt.clear();
  CHECK(ThingsThatShow(before, empty, EvenScene()) == std::vector<char>{0});
}

TEST_CASE("ThingsThatShow: a clean place does not, a smear and a leg left do") {
  const ThingMap before = FindThings(FramedPicture(), EvenScene());
  REQUIRE(before.things.size() == 1);
  CHECK(ThingsThatShow(before, Room(), EvenScene()) == std::vector<char>{0});
  ImageU8 smear = Room();
  for (int y = 100; y < 180; ++y) {
    for (int x = 250; x < 310; ++x) {
      for (int c = 0; c < 3; ++c) {
        smear.at(x, y, c) = static_cast<uint8_t>(
            smear.at(x, y, c) - (c + 1) * std::abs(30 - (x - 250)));
      }
    }
  }
  CHECK(ThingsThatShow(before, smear, EvenScene()) == std::vector<char>{1});
  ImageU8 left = Room();
  Paint(316, 150, 340, 188, kBlue, left);
  CHECK(ThingsThatShow(before, left, EvenScene()) == std::vector<char>{1});
}

}  // namespace
}  // namespace stage::engine
