#include "engine/clutter/thing_judgement.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

/// A chair in the middle of a floor.
IslandMeasures Chair() {
  IslandMeasures chair;
  chair.area = 0.02;
  chair.width = 0.15;
  chair.height = 0.2;
  chair.top = 0.5;
  chair.filled = 0.7;
  chair.enclosed = 1;
  chair.on_floor = 1;
  chair.contrast = 30;
  chair.lighter = -20;
  chair.tint = 25;
  return chair;
}

TEST_CASE("Judge: what floor surrounds with a clear rim is loose") {
  const Thing thing = Judge(Chair());
  CHECK(thing.place == ThingPlace::kOnFloor);
  CHECK(thing.doubt.empty());
  CHECK(thing.certainty >= kSureThing);
}

TEST_CASE("Judge: what lies wide and even on the floor is like a rug") {
  IslandMeasures rug = Chair();
  rug.width = 0.3;
  rug.height = 0.12;
  rug.convex = 0.97;
  CHECK(Judge(rug).like_rug);
  CHECK(Judge(rug).doubt.empty());
  rug.convex = 0.6;
  CHECK_FALSE(Judge(rug).like_rug);
  rug.convex = 0.97;
  rug.height = 0.4;
  CHECK_FALSE(Judge(rug).like_rug);
}

TEST_CASE("Judge: a lamp may be as tall as what is built in") {
  IslandMeasures lamp = Chair();
  lamp.on_floor = 0.3;
  lamp.reach = 0.1;
  lamp.height = 0.6;
  lamp.top = 0.2;
  lamp.filled = 0.08;
  CHECK(Judge(lamp).doubt.empty());
  lamp.filled = 0.8;
  CHECK_FALSE(Judge(lamp).doubt.empty());
}

TEST_CASE("Judge: what may be part of the house stays, with the reason") {
  const auto doubt = [](auto change) {
    IslandMeasures island = Chair();
    change(island);
    const Thing thing = Judge(island);
    CHECK(thing.certainty < kSureThing);
    return thing.doubt;
  };
  CHECK(doubt([](auto& i) { i.at_edge = true; }).find("edge") !=
        std::string::npos);
  CHECK(doubt([](auto& i) { i.in_opening = 0.9; }).find("window") !=
        std::string::npos);
  CHECK(doubt([](auto& i) { i.outdoors = 0.5; }).find("window") !=
        std::string::npos);
  CHECK(doubt([](auto& i) { i.enclosed = 0.7; }).find("other things") !=
        std::string::npos);
  CHECK(doubt([](auto& i) { i.area = 0.3; }).find("large") !=
        std::string::npos);
  CHECK(doubt([](auto& i) { i.tint = 5; }).find("clearly") !=
        std::string::npos);
  // A door: it ends where the wall does.
  CHECK(doubt([](auto& i) {
          i.on_floor = 0.15;
          i.reach = 0.002;
        }).find("door") != std::string::npos);
  // A cupboard up to the ceiling.
  CHECK(doubt([](auto& i) {
          i.on_floor = 0.15;
          i.reach = 0.05;
          i.top = 0.05;
        }).find("built in") != std::string::npos);
  // A screen, or a window at night.
  CHECK(doubt([](auto& i) {
          i.on_floor = 0;
          i.lighter = -60;
        }).find("window") != std::string::npos);
  // Where walls and floor meet.
  CHECK(doubt([](auto& i) {
          i.on_floor = 0.4;
          i.reach = 0.05;
          i.area = 0.004;
          i.surfaces = 3;
        }).find("corner") != std::string::npos);
  // A socket.
  CHECK(doubt([](auto& i) {
          i.on_floor = 0;
          i.area = 0.001;
        }).find("socket") != std::string::npos);
}

TEST_CASE("Judge: before an opening a thing may stand, out on the floor") {
  IslandMeasures chair = Chair();
  chair.on_floor = 0.4;
  chair.in_opening = 0.5;
  chair.reach = 0.1;
  CHECK(Judge(chair).doubt.empty());
  chair.reach = 0.02;
  CHECK_FALSE(Judge(chair).doubt.empty());
}

TEST_CASE("IsLight: sun and shade are no things") {
  IslandMeasures sun = Chair();
  sun.lighter = 25;
  sun.tint = 6;
  CHECK(IsLight(sun));
  IslandMeasures shade = Chair();
  shade.contrast = 4;
  CHECK(IsLight(shade));
  CHECK_FALSE(IsLight(Chair()));
}

}  // namespace
}  // namespace stage::engine
