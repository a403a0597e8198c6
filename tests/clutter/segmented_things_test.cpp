#include "engine/clutter/segmented_things.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace stage::engine {
namespace {

const std::vector<std::string> kLabels = {"wall",
                                          "floor, flooring",
                                          "sofa;couch;lounge",
                                          "rug;carpet;carpeting",
                                          "windowpane;window",
                                          "lamp"};

/// A sofa on the left, a rug below, a lamp right of it, else wall.
LabelledPicture Living() {
  LabelledPicture picture;
  picture.width = 100;
  picture.height = 60;
  picture.label.assign(6000, 0);
  picture.probability.assign(6000, 0.9f);
  const auto paint = [&](int x0, int y0, int x1, int y1, uint16_t label) {
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) picture.label[100 * y + x] = label;
    }
  };
  paint(10, 20, 40, 40, 2);
  paint(10, 45, 60, 55, 3);
  paint(80, 10, 85, 40, 5);
  paint(60, 5, 75, 20, 4);
  return picture;
}

TEST_CASE("ClassOf: what goes, what is kept on wish, and the room") {
  CHECK(ClassOf("sofa;couch;lounge") == ThingClass::kFurniture);
  CHECK(ClassOf("armchair") == ThingClass::kFurniture);
  CHECK(ClassOf("chest of drawers;chest;bureau;dresser") ==
        ThingClass::kFurniture);
  CHECK(ClassOf("cabinet") == ThingClass::kFixture);
  CHECK(ClassOf("kitchen island") == ThingClass::kFixture);
  CHECK(ClassOf("stove;kitchen stove;range") == ThingClass::kAppliance);
  CHECK(ClassOf("painting;picture") == ThingClass::kArt);
  CHECK(ClassOf("plant;flora;plant life") == ThingClass::kPlant);
  CHECK(ClassOf("windowpane;window") == ThingClass::kRoom);
  CHECK(ClassOf("door;double door") == ThingClass::kRoom);
  CHECK(ClassOf("stairway;staircase") == ThingClass::kRoom);
  CHECK(ClassOf("wall") == ThingClass::kRoom);
  CHECK(ClassOf("ceiling") == ThingClass::kRoom);
  // No word inside of another: a cable is no table, a pebble no bed.
  CHECK(ClassOf("constable") == ThingClass::kRoom);
  CHECK(ClassOf("bedrock") == ThingClass::kRoom);
}

TEST_CASE("SegmentedThings: each part is one thing, windows are none") {
  const ThingMap map = SegmentedThings(Living(), kLabels, {});
  REQUIRE(map.things.size() == 3);
  CHECK(map.label.at(20, 30) == 1);
  CHECK(map.things[0].kind == "sofa");
  CHECK(map.things[0].doubt.empty());
  CHECK(map.things[0].box == Eigen::Vector4i(10, 20, 30, 20));
  CHECK(map.label.at(65, 10) == 0);
  CHECK(map.not_room.at(20, 30) == 255);
  CHECK(map.not_room.at(65, 10) == 0);
}

TEST_CASE("SegmentedThings: --keep leaves a kind, doubt leaves anything") {
  LabelledPicture picture = Living();
  std::fill_n(picture.probability.begin() + 100 * 20, 2000, 0.3f);
  const ThingMap map = SegmentedThings(picture, kLabels, {"rugs"});
  REQUIRE(map.things.size() == 3);
  CHECK(map.things[0].doubt.find("not sure") != std::string::npos);
  CHECK(map.things[1].doubt.find("kept") != std::string::npos);
}

}  // namespace
}  // namespace stage::engine
