#include "engine/pipeline/hidden_corner.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

// The back left corner lies at 300 - 0.7 * 600 * 2 / 3 = 20 of 600 px.
constexpr double kCorner = 20.0 / 600;

/// @param shift_m  moves the left wall
Scene VisibleBox(double shift_m = 0) {
  Scene scene = test::BoxScene(600, 400);
  scene.room.floor[0].x() += shift_m;
  scene.room.floor[1].x() += shift_m;
  scene.room.wall_is_visible = {true, false, true, true};
  return scene;
}

/// Hides a part of a 600 x 400 picture.
ImageU8 Hole(int x0, int y0, int x1, int y1) {
  ImageU8 hole(600, 400, 1);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) hole.at(x, y) = 255;
  }
  return hole;
}

/// Dark left of a column, light right of it.
ImageU8 Step(int column) {
  ImageU8 picture(600, 400, 3, 220);
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < column; ++x) {
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = 150;
    }
  }
  return picture;
}

TEST_CASE("CornersOf: where they are, and how much of them is hidden") {
  const auto all = CornersOf(VisibleBox(), Hole(0, 0, 60, 400));
  REQUIRE(all.size() == 2);
  const RoomCorner& left = all[0].place < 0.5 ? all[0] : all[1];
  const RoomCorner& right = all[0].place < 0.5 ? all[1] : all[0];
  CHECK(left.place == doctest::Approx(kCorner).epsilon(0.02));
  CHECK(left.hidden == 1);
  CHECK(right.hidden == 0);
  CHECK(right.seen.size() > 50);
  Scene unknown = VisibleBox();
  unknown.trust = SceneTrust::kNone;
  CHECK(CornersOf(unknown, Hole(0, 0, 60, 400)).empty());
}

TEST_CASE("JudgeCorners: what agrees or is not touched is kept") {
  CHECK(
      JudgeCorners(VisibleBox(), VisibleBox(), Step(20), Hole(0, 0, 80, 400)) ==
      CornerVerdict::kKeep);
  CHECK(JudgeCorners(
            VisibleBox(), VisibleBox(0.08), Step(31), Hole(200, 0, 400, 400)) ==
        CornerVerdict::kKeep);
}

TEST_CASE("JudgeCorners: a hidden corner that moves is not known") {
  CHECK(JudgeCorners(
            VisibleBox(), VisibleBox(0.08), Step(31), Hole(0, 0, 80, 400)) ==
        CornerVerdict::kUnknown);
}

TEST_CASE("JudgeCorners: what is left to see of a corner decides") {
  const ImageU8 lower = Hole(0, 200, 80, 400);
  CHECK(JudgeCorners(VisibleBox(), VisibleBox(0.08), Step(31), lower) ==
        CornerVerdict::kUseWhole);
  CHECK(JudgeCorners(VisibleBox(), VisibleBox(0.08), Step(20), lower) ==
        CornerVerdict::kKeep);
}

TEST_CASE("JudgeCorners: a corner of which the foot alone is hidden counts") {
  const ImageU8 foot = Hole(0, 345, 80, 400);
  double hidden = 0;
  for (const RoomCorner& corner : CornersOf(VisibleBox(), foot)) {
    hidden = std::max(hidden, corner.hidden);
  }
  REQUIRE(hidden > 0);
  REQUIRE(hidden < 0.2);
  CHECK(JudgeCorners(VisibleBox(), VisibleBox(0.08), Step(31), foot) ==
        CornerVerdict::kUseWhole);
}

TEST_CASE("JudgeCorners: a corner that only one of two has: who is surer") {
  const ImageU8 lower = Hole(0, 200, 140, 400);
  Scene without = VisibleBox(0.5), whole = VisibleBox();
  whole.trust = SceneTrust::kRoom;
  whole.confidence = without.confidence = 0.6;
  CHECK(JudgeCorners(without, whole, Step(85), lower) == CornerVerdict::kKeep);
  whole.confidence = 0.95;
  CHECK(JudgeCorners(without, whole, Step(85), lower) ==
        CornerVerdict::kUseWhole);
  whole.trust = SceneTrust::kFloorOnly;
  CHECK(JudgeCorners(without, whole, Step(85), lower) == CornerVerdict::kKeep);
}

}  // namespace
}  // namespace stage::engine
