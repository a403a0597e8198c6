#include "engine/completion/copy_cost.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

CopyCost WithEdge() {
  CopyCost cost;
  cost.astray = 0.5;
  cost.lines = {{{100, 50}, {200, 50}, 20}};
  return cost;
}

TEST_CASE("CopyCost: along an edge, and away from it on its side, is free") {
  const CopyCost cost = WithEdge();
  CHECK(cost.Astray({150, 50}, {400, 50}) == 0);
  CHECK(cost.Astray({150, 52}, {20, 52}) == 0);
  CHECK(cost.Astray({150, 80}, {150, 300}) == 0);
  CHECK(cost.Astray({150, 20}, {20, 5}) == 0);
}

TEST_CASE("CopyCost: from the other side, or moving the edge, costs") {
  const CopyCost cost = WithEdge();
  CHECK(cost.Astray({150, 80}, {150, 20}) == doctest::Approx(0.5));
  CHECK(cost.Astray({150, 50}, {300, 60}) == doctest::Approx(0.5));
  const double little = cost.Astray({150, 50}, {300, 51});
  CHECK(little > 0);
  CHECK(little < 0.25);
}

TEST_CASE("CopyCost: beyond the ends of the hidden part it says nothing") {
  CHECK(WithEdge().Astray({20, 80}, {20, 20}) == 0);
}

TEST_CASE("CopyCost: lines shrink with the picture") {
  const CopyCost cost = WithEdge().AtLevel(1);
  CHECK(cost.Astray({75, 40}, {75, 10}) == doctest::Approx(0.5));
  CHECK(cost.Astray({75, 25}, {10, 25}) == 0);
  CHECK(cost.Astray({140, 40}, {140, 10}) == 0);
}

}  // namespace
}  // namespace stage::engine
