#include "engine/pipeline/reading_choice.h"

#include <doctest/doctest.h>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 600, kHeight = 400, kFootRow = 300;

/// A wall above a floor.
ImageU8 Room() {
  ImageU8 picture(kWidth, kHeight, 3, 210);
  for (int y = kFootRow; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = 110;
    }
  }
  return picture;
}

Scene Reading(double foot_row, double confidence) {
  Scene scene = test::BoxScene(kWidth, kHeight);
  scene.floor_polygon_px = {
      {0, foot_row}, {kWidth, foot_row}, {kWidth, kHeight}, {0, kHeight}};
  scene.confidence = confidence;
  return scene;
}

Scene NotUnderstood(Scene scene) {
  scene.trust = SceneTrust::kNone;
  return scene;
}

TEST_CASE("FloorOverlap: of the same floor all, of half of it half") {
  CHECK(FloorOverlap(Reading(300, 1), Reading(300, 1)) == 1);
  CHECK(FloorOverlap(Reading(200, 1), Reading(300, 1)) ==
        doctest::Approx(0.5).epsilon(0.03));
}

TEST_CASE("ChooseReading: readings that agree are the emptied room's") {
  CHECK(ChooseReading(Room(), Reading(300, 0.5), Reading(304, 0.9)) ==
        ReadingVerdict::kUseEmptied);
}

TEST_CASE("ChooseReading: a floor that cuts through a wall is not used") {
  CHECK(ChooseReading(Room(), Reading(180, 0.9), Reading(300, 0.5)) ==
        ReadingVerdict::kUseAround);
  CHECK(ChooseReading(Room(), Reading(300, 0.5), Reading(180, 0.9)) ==
        ReadingVerdict::kUseEmptied);
  CHECK(ChooseReading(Room(), Reading(220, 0.9), Reading(120, 0.5)) ==
        ReadingVerdict::kDisagree);
}

TEST_CASE("ChooseReading: one that is not understood says nothing") {
  CHECK(ChooseReading(
            Room(), Reading(300, 0.9), NotUnderstood(Reading(120, 0.1))) ==
        ReadingVerdict::kUseEmptied);
  CHECK(ChooseReading(
            Room(), Reading(180, 0.9), NotUnderstood(Reading(120, 0.1))) ==
        ReadingVerdict::kDisagree);
  CHECK(ChooseReading(Room(),
                      NotUnderstood(Reading(120, 0.1)),
                      Reading(300, 0.5)) == ReadingVerdict::kUseAround);
}

}  // namespace
}  // namespace stage::engine
