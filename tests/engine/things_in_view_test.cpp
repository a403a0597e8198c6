#include "engine/pipeline/things_in_view.h"

#include <doctest/doctest.h>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 600, kHeight = 400;

/// One thing of 40 x 20 pixels on the floor of a BoxScene.
ThingMap ThingAt(int x0, int y0, ThingPlace place) {
  ThingMap map;
  map.label = Image<uint16_t>(kWidth, kHeight, 1);
  for (int y = y0; y < y0 + 20; ++y) {
    for (int x = x0; x < x0 + 40; ++x) map.label.at(x, y) = 1;
  }
  Thing thing;
  thing.place = place;
  thing.certainty = 1;
  thing.box = {x0, y0, 40, 20};
  map.things.push_back(thing);
  return map;
}

ImageF CoverageFrom(int column) {
  ImageF coverage(kWidth / 2, kHeight / 2, 1);
  for (int y = 0; y < coverage.height(); ++y) {
    for (int x = column / 2; x < coverage.width(); ++x) coverage.at(x, y) = 1;
  }
  return coverage;
}

TEST_CASE("KeepClearOf: furniture is kept from where a thing lies") {
  Scene scene = test::BoxScene(kWidth, kHeight);
  const auto middle = scene.camera.FloorPoint({320, 350});
  REQUIRE(middle);
  KeepClearOf(ThingsOnFloor(ThingAt(300, 340, ThingPlace::kOnFloor)), scene);
  REQUIRE(scene.obstacles.size() == 1);
  const auto& corners = scene.obstacles[0].footprint;
  REQUIRE(corners.size() == 4);
  CHECK(corners[0].x() < middle->x());
  CHECK(corners[0].y() < middle->y());
  CHECK(corners[2].x() > middle->x());
  CHECK(corners[2].y() > middle->y());
  CHECK(scene.obstacles[0].height < 0.3);
}

TEST_CASE("KeepClearOf: what hangs on a wall is in nobody's way") {
  Scene scene = test::BoxScene(kWidth, kHeight);
  KeepClearOf(ThingsOnFloor(ThingAt(300, 140, ThingPlace::kOnWall)), scene);
  CHECK(scene.obstacles.empty());
}

TEST_CASE("ThingsInViewJson: how much of a thing furniture hides") {
  const ThingMap things = ThingAt(300, 340, ThingPlace::kOnFloor);
  const nlohmann::json half =
      ThingsInViewJson(things, CoverageFrom(320), 2 * kWidth);
  REQUIRE(half.size() == 1);
  CHECK(half[0]["covered"].get<double>() == doctest::Approx(0.5).epsilon(0.1));
  CHECK(half[0]["box"] == nlohmann::json({600, 680, 80, 40}));
  StageResult result;
  NoteThingsInView(half, false, result);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].find("--declutter-first") != std::string::npos);
}

TEST_CASE("NoteThingsInView: what is hidden whole is no matter") {
  StageResult result;
  NoteThingsInView(
      ThingsInViewJson(
          ThingAt(300, 340, ThingPlace::kOnFloor), CoverageFrom(0), kWidth),
      false,
      result);
  CHECK(result.warnings.empty());
}

}  // namespace
}  // namespace stage::engine
