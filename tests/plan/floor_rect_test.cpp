#include "engine/plan/floor_rect.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

namespace stage {
namespace {

using engine::Collide;
using engine::FloorRect;
using engine::LiesInside;

TEST_CASE("FloorRect: a quarter turn looks to +X") {
  const FloorRect rect{{1, 2}, std::numbers::pi / 2, 2, 1};
  CHECK(rect.Front().x() == doctest::Approx(1));
  CHECK(rect.At(0, 0.5).x() == doctest::Approx(1.5));
  CHECK(engine::YawTowards({1, 0}) == doctest::Approx(rect.yaw));
}

TEST_CASE("Collide: turned rectangles only where they really meet") {
  const FloorRect a{{0, 0}, 0, 2, 2};
  const FloorRect corner{{1.6, 1.6}, std::numbers::pi / 4, 1, 1};
  CHECK_FALSE(Collide(a, corner, 0));
  CHECK(Collide(a, corner, 0.4));
  CHECK(Collide(a, {{1.2, 1.2}, std::numbers::pi / 4, 1, 1}, 0));
  CHECK_FALSE(Collide(a, {{2.0, 0}, 0, 2, 2}, 0));
}

TEST_CASE("LiesInside: follows a concave outline") {
  const std::vector<Eigen::Vector2d> room = {
      {0, 0}, {0, 4}, {4, 4}, {4, 2}, {2, 2}, {2, 0}};
  CHECK(LiesInside({{1, 1}, 0, 1, 1}, room, 0.1));
  CHECK(LiesInside({{2, 3}, 0, 3, 1}, room, 0.1));
  CHECK_FALSE(LiesInside({{3, 1}, 0, 1, 1}, room, 0));
  // All corners inside, but the cut-out corner pokes through a side.
  CHECK_FALSE(
      LiesInside({{2.1, 1.9}, std::numbers::pi / 4, 2.2, 0.6}, room, 0));
  CHECK_FALSE(LiesInside({{0.5, 1}, 0, 1, 1}, room, 0.1));
}

TEST_CASE("FloorRect: distance is zero inside and measured from the sides") {
  const FloorRect rect{{0, 0}, 0.3, 2, 1};
  CHECK(rect.Distance(rect.At(0.9, 0.4)) == 0);
  CHECK(rect.Distance(rect.At(2, 0)) == doctest::Approx(1));
  CHECK(rect.Distance(rect.At(2, 1.5)) == doctest::Approx(std::sqrt(2.0)));
}

}  // namespace
}  // namespace stage
