#include "engine/plan/surface_probe.h"

#include <doctest/doctest.h>

#include "plan/furniture_shop.h"

namespace stage {
namespace {

using engine::SurfaceProbe;

TEST_CASE("SurfaceProbe: finds the seat of a sofa between its arms") {
  const test::FurnitureShop shop;
  const auto mesh = shop.Load("procedural#sofa", {2.1, 0.9, 0.82}, {}, {});
  const auto seat = SurfaceProbe(*mesh).FindSeat();
  REQUIRE(seat);
  CHECK(seat->height == doctest::Approx(0.44).epsilon(0.02));
  CHECK(seat->back == doctest::Approx(-0.45 + 0.22).epsilon(0.1));
  CHECK(seat->left == doctest::Approx(-0.9).epsilon(0.05));
  CHECK(seat->right == doctest::Approx(0.9).epsilon(0.05));
}

TEST_CASE("SurfaceProbe: things stand on tops, not over edges") {
  engine::Mesh table;
  test::AppendBox({-0.5f, 0.4f, -0.3f}, {0.5f, 0.45f, 0.3f}, table);
  const SurfaceProbe probe(table);
  const auto top = probe.Stand(0.2, 0, 0.25, 0.25);
  REQUIRE(top);
  CHECK(*top == doctest::Approx(0.45));
  CHECK_FALSE(probe.Stand(0.55, 0, 0.3, 0.3));
}

TEST_CASE("SurfaceProbe: nothing stands on a step") {
  engine::Mesh steps;
  test::AppendBox({-0.5f, 0, -0.3f}, {0, 0.45f, 0.3f}, steps);
  test::AppendBox({0, 0, -0.3f}, {0.5f, 0.6f, 0.3f}, steps);
  CHECK_FALSE(SurfaceProbe(steps).Stand(0, 0, 0.3, 0.3));
  CHECK(SurfaceProbe(steps).Stand(0.25, 0, 0.3, 0.3));
}

}  // namespace
}  // namespace stage
