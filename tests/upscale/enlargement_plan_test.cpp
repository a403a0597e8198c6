#include "engine/upscale/enlargement_plan.h"

#include <doctest/doctest.h>

#include "core/error.h"

namespace stage::engine {
namespace {

EnlargementPlan Plan(int width, int height, const UpscaleParameters& asked) {
  return PlanEnlargement("a.jpg", width, height, asked, 2);
}

TEST_CASE("EnlargementPlan: edges come out exactly, the other in proportion") {
  const EnlargementPlan by_short = Plan(1500, 1000, {.short_edge_px = 1536});
  CHECK(by_short.width == 2304);
  CHECK(by_short.height == 1536);
  CHECK(by_short.passes == 1);
  const EnlargementPlan by_long = Plan(999, 1333, {.long_edge_px = 4000});
  CHECK(by_long.width == 2998);
  CHECK(by_long.height == 4000);
  CHECK(by_long.passes == 2);
}

TEST_CASE("EnlargementPlan: the network works only as often as it must") {
  CHECK(Plan(641, 480, {.factor = 2}).passes == 1);
  CHECK(Plan(641, 480, {.factor = 4}).passes == 2);
  CHECK(Plan(641, 480, {.factor = 4}).width == 2564);
  CHECK(Plan(640, 480, {.long_edge_px = 1281}).passes == 2);
  CHECK(Plan(640, 480, {.long_edge_px = 641}).passes == 1);
  CHECK(Plan(640, 480, {.long_edge_px = 640}).passes == 0);
  const EnlargementPlan smaller = Plan(640, 480, {.long_edge_px = 320});
  CHECK(smaller.passes == 0);
  CHECK(smaller.width == 320);
  CHECK(smaller.height == 240);
}

TEST_CASE("EnlargementPlan: what cannot be made is refused with the limit") {
  CHECK_THROWS_WITH_AS(Plan(200, 100, {.long_edge_px = 1601}),
                       doctest::Contains("1600 px"),
                       Error);
  CHECK(Plan(200, 100, {.long_edge_px = 1600}).passes == 3);
  CHECK_THROWS_WITH_AS(
      Plan(9000, 6000, {.factor = 4}), doctest::Contains("400 mega"), Error);
  CHECK(Plan(9000, 6000, {.factor = 2}).width == 18000);
}

}  // namespace
}  // namespace stage::engine
