#include "engine/pipeline/thing_choice.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

/// What becomes of a thing that is sure as such.
std::string DoubtOf(Thing thing,
                    const ChoiceGround& ground,
                    const std::vector<std::string>& keep = {}) {
  thing.certainty = 1;
  std::vector<Thing> things{thing};
  Restrain(keep, ground, things);
  return things[0].doubt;
}

Thing Standing() {
  Thing thing;
  thing.place = ThingPlace::kBeforeWall;
  return thing;
}

TEST_CASE("Restrain: rugs and art stay where they are kept") {
  const ChoiceGround room{SceneTrust::kRoom, true};
  Thing rug;
  rug.like_rug = true;
  CHECK(DoubtOf(rug, room).empty());
  CHECK(DoubtOf(rug, room, {"art"}).empty());
  CHECK(DoubtOf(rug, room, {"rugs"}).find("rug") != std::string::npos);
  Thing picture;
  picture.place = ThingPlace::kOnWall;
  CHECK(DoubtOf(picture, room, {"rugs"}).empty());
  CHECK_FALSE(DoubtOf(picture, room, {"art"}).empty());
}

TEST_CASE("Restrain: a room that is not understood lets plain things go") {
  const ChoiceGround fits{SceneTrust::kNone, true};
  const ChoiceGround misread{SceneTrust::kNone, false};
  Thing thing = Standing();
  CHECK_FALSE(DoubtOf(thing, fits).empty());
  thing.plainly = true;
  CHECK(DoubtOf(thing, fits).empty());
  CHECK_FALSE(DoubtOf(thing, misread).empty());
  Thing frame;
  frame.place = ThingPlace::kOnWall;
  frame.framed = true;
  CHECK(DoubtOf(frame, misread).empty());
}

TEST_CASE("HoleOfThing: one thing, a frame with the shade around it") {
  ThingMap map;
  map.label = Image<uint16_t>(400, 300, 1);
  for (int y = 100; y < 120; ++y) {
    for (int x = 100; x < 120; ++x) map.label.at(x, y) = 1;
    for (int x = 121; x < 140; ++x) map.label.at(x, y) = 2;
  }
  map.things.resize(2);
  CHECK(HoleOfThing(map, 0, 400, 300).at(99, 110) == 0);
  map.things[0].framed = true;
  const ImageU8 hole = HoleOfThing(map, 0, 400, 300);
  CHECK(hole.at(99, 110) == 255);
  CHECK(hole.at(110, 110) == 255);
  CHECK(hole.at(121, 110) == 0);
}

}  // namespace
}  // namespace stage::engine
