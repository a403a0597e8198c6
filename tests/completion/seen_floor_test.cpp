#include "engine/completion/seen_floor.h"

#include <doctest/doctest.h>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 300, kHeight = 200;
constexpr int kFoot = 120;

/// A room whose floor begins at this row, as the scene has it.
Scene WithFloorFrom(double row) {
  Scene scene = test::BoxScene(kWidth, kHeight);
  scene.trust = SceneTrust::kNone;
  scene.floor_polygon_px = {
      {0, row}, {kWidth, row}, {kWidth, kHeight}, {0, kHeight}};
  return scene;
}

/// As the photo has it.
ImageF Picture() {
  ImageF picture(kWidth, kHeight, 3, 0.8f);
  for (int y = kFoot; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = 0.5f;
    }
  }
  return picture;
}

ImageU8 HoleFrom(int top) {
  ImageU8 hole(kWidth, kHeight, 1);
  for (int y = top; y < top + 50; ++y) {
    for (int x = 120; x < 180; ++x) hole.at(x, y) = 255;
  }
  return hole;
}

TEST_CASE("FloorIsSeen: an outline along an edge of the photo is relied on") {
  CHECK(FloorIsSeen(WithFloorFrom(kFoot), Picture(), HoleFrom(90)));
}

TEST_CASE("FloorIsSeen: an outline across an even wall is not") {
  CHECK_FALSE(FloorIsSeen(WithFloorFrom(kFoot - 20), Picture(), HoleFrom(90)));
}

TEST_CASE("FloorIsSeen: a scene that explains nothing has no floor either") {
  Scene scene = WithFloorFrom(kFoot);
  scene.confidence = 0.1;
  CHECK_FALSE(FloorIsSeen(scene, Picture(), HoleFrom(90)));
}

TEST_CASE("FloorIsSeen: far from the hole the outline does not matter") {
  CHECK(FloorIsSeen(WithFloorFrom(40), Picture(), HoleFrom(140)));
}

TEST_CASE("FloorIsSeen: outdoors, and without an outline, there is none") {
  Scene scene = WithFloorFrom(kFoot);
  scene.outdoors = true;
  CHECK_FALSE(FloorIsSeen(scene, Picture(), HoleFrom(90)));
  scene.outdoors = false;
  scene.floor_polygon_px.clear();
  CHECK_FALSE(FloorIsSeen(scene, Picture(), HoleFrom(90)));
}

ImageU8 Srgb(const ImageF& picture) {
  ImageU8 srgb(picture.width(), picture.height(), 3);
  for (size_t i = 0; i < srgb.size_bytes(); ++i) {
    srgb.data()[i] = static_cast<uint8_t>(255 * picture.data()[i]);
  }
  return srgb;
}

TEST_CASE("OutlineOffset: how far the outline is from the photo's edge") {
  const ImageU8 photo = Srgb(Picture());
  const auto offset = [&photo](double row) {
    return OutlineOffset(WithFloorFrom(row), photo, HoleFrom(90));
  };
  REQUIRE(offset(kFoot));
  CHECK(*offset(kFoot) < 1.5 / kWidth);
  REQUIRE(offset(kFoot + 3));
  CHECK(*offset(kFoot + 3) * kWidth == doctest::Approx(3).epsilon(0.5));
  CHECK_FALSE(offset(kFoot - 15));  // on an even wall
  CHECK_FALSE(offset(40));          // far from the hole
}

TEST_CASE("FloorDisagreement: what counts is the floor beside the hole") {
  const Scene scene = WithFloorFrom(kFoot);
  CHECK(FloorDisagreement(scene, scene, HoleFrom(90)) == 0);
  CHECK(FloorDisagreement(scene, WithFloorFrom(70), HoleFrom(90)) > 0.3);
  CHECK(FloorDisagreement(scene, WithFloorFrom(116), HoleFrom(90)) < 0.1);
  Scene elsewhere = scene;  // a corner far off is no floor
  elsewhere.floor_polygon_px = {
      {40, kFoot}, {kWidth, kFoot}, {kWidth, kHeight}, {40, kHeight}};
  CHECK(FloorDisagreement(scene, elsewhere, HoleFrom(90)) == 0);
}

}  // namespace
}  // namespace stage::engine
