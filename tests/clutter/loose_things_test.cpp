#include "engine/clutter/loose_things.h"

#include <doctest/doctest.h>

#include <array>

#include "completion/box_scene.h"

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

}  // namespace
}  // namespace stage::engine
