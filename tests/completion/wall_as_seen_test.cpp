#include "engine/completion/wall_as_seen.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr int kWidth = 300, kHeight = 260;
constexpr double kPxPerM = 100;

/// A wall whose foot the scene has at row 35 and its skirting's end at row 65.
SurfaceView Wall() {
  SurfaceView view;
  view.width = kWidth;
  view.height = kHeight;
  view.px_per_m = kPxPerM;
  view.plain_rows = {65, 240};
  return view;
}

/// A dark floor, a white skirting up to this row in the middle, a grey wall.
ImageF Picture(double skirting_ends, double slope) {
  ImageF picture(kWidth, kHeight, 3);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double row = y + 0.5 - slope * (x - kWidth / 2.0);
      const float tone = row < skirting_ends - 12 ? 0.3f
                         : row < skirting_ends    ? 0.8f
                                                  : 0.6f;
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = tone;
    }
  }
  return picture;
}

struct Masks {
  ImageU8 hole = ImageU8(kWidth, kHeight, 1);
  ImageU8 usable = ImageU8(kWidth, kHeight, 1, 255);
};

Masks HoleAtTheFoot() {
  Masks masks;
  for (int y = 20; y < 180; ++y) {
    for (int x = 70; x < 230; ++x) {
      masks.hole.at(x, y) = 255;
      masks.usable.at(x, y) = 0;
    }
  }
  return masks;
}

TEST_CASE("WallAsSeen: the plain wall begins where its skirting ends") {
  const Masks masks = HoleAtTheFoot();
  for (const double ends : {45.0, 82.0}) {
    const SurfaceView seen =
        WallAsSeen(Wall(), Picture(ends, 0), masks.hole, masks.usable);
    CHECK(seen.plain_rows->from > ends);
    CHECK(seen.plain_rows->from < ends + 10);
    CHECK(seen.plain_rows->to == 240);
  }
}

TEST_CASE("WallAsSeen: a skirting that falls is laid out level") {
  const Masks masks = HoleAtTheFoot();
  const double slope = 0.01;
  const SurfaceView seen =
      WallAsSeen(Wall(), Picture(55, slope), masks.hole, masks.usable);
  const double left = seen.ToPhoto({10, 55}).y();
  const double right = seen.ToPhoto({290, 55}).y();
  CHECK((right - left) / 280 == doctest::Approx(slope).epsilon(0.3));
}

TEST_CASE("WallAsSeen: a wall without a skirting stays, and so does a floor") {
  const Masks masks = HoleAtTheFoot();
  const ImageF even(kWidth, kHeight, 3, 0.6f);
  const SurfaceView seen = WallAsSeen(Wall(), even, masks.hole, masks.usable);
  CHECK(seen.plain_rows->from == 65);
  CHECK(seen.raster_to_ideal == Wall().raster_to_ideal);
  SurfaceView floor = Wall();
  floor.plain_rows.reset();
  CHECK_FALSE(WallAsSeen(floor, Picture(45, 0.01), masks.hole, masks.usable)
                  .plain_rows);
}

}  // namespace
}  // namespace stage::engine
