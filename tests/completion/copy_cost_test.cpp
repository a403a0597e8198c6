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

TEST_CASE("CopyCost: what looks otherwise than the rim costs, up to a point") {
  CopyCost cost;
  cost.unlikely = 0.01;
  cost.unlike = ImageF(8, 8, 1);
  cost.unlike.at(5, 4) = 2;
  cost.unlike.at(6, 6) = 100;
  CHECK(cost.Unlike(1, 1) == 0);
  CHECK(cost.Unlike(5, 4) == doctest::Approx(0.04));
  CHECK(cost.Unlike(6, 6) < 0.2);
  CHECK(cost.AtLevel(1).Unlike(3, 3) == cost.Unlike(6, 6));
  CHECK(CopyCost{}.Unlike(1, 1) == 0);
}

TEST_CASE("CopyCost: lines shrink with the picture") {
  const CopyCost cost = WithEdge().AtLevel(1);
  CHECK(cost.Astray({75, 40}, {75, 10}) == doctest::Approx(0.5));
  CHECK(cost.Astray({75, 25}, {10, 25}) == 0);
  CHECK(cost.Astray({140, 40}, {140, 10}) == 0);
}

}  // namespace
}  // namespace stage::engine
