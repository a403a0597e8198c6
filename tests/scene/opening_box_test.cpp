#include <doctest/doctest.h>

#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

// A camera that looks along a wall on the right, one metre away.
Scene LookingAlongWall() {
  Scene scene;
  scene.camera.width_px = 1000;
  scene.camera.height_px = 800;
  scene.camera.focal_px = 500;
  scene.camera.center_px = {500, 400};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.camera.position = {0, 1.4, 0};
  scene.room.floor = {{-2, -6}, {-2, 2}, {1, 2}, {1, -6}};
  scene.room.wall_is_real.assign(4, true);
  return scene;
}

// A door in the right wall, whose u runs from z = 2 towards the back.
Opening DoorBetween(double near_z, double far_z) {
  Opening door;
  door.kind = OpeningKind::kDoor;
  door.wall = 2;
  door.u0 = 2 - near_z;
  door.u1 = 2 - far_z;
  door.v1 = 2;
  return door;
}

}  // namespace

TEST_CASE("OpeningBoxPx: a whole door is the rim of its four corners") {
  const auto box = OpeningBoxPx(LookingAlongWall(), DoorBetween(-2, -4));
  REQUIRE(box.has_value());
  // At 2 m: x = 500 + 500 / 2; at 4 m: x = 500 + 500 / 4.
  CHECK((*box)[0] == doctest::Approx(625));
  CHECK((*box)[0] + (*box)[2] == doctest::Approx(750));
  CHECK((*box)[1] == doctest::Approx(400 - 0.6 * 250));
  CHECK((*box)[1] + (*box)[3] == doctest::Approx(400 + 1.4 * 250));
}

TEST_CASE("OpeningBoxPx: what lies beside the picture does not widen the box") {
  // Reaches behind the camera; the picture ends where the wall is 1 m away.
  const auto box = OpeningBoxPx(LookingAlongWall(), DoorBetween(1, -4));
  REQUIRE(box.has_value());
  CHECK((*box)[0] == doctest::Approx(625));
  CHECK((*box)[0] + (*box)[2] == doctest::Approx(1000));
  CHECK((*box)[1] == doctest::Approx(400 - 0.6 * 500));
  CHECK((*box)[1] + (*box)[3] == doctest::Approx(800));
}

TEST_CASE("OpeningBoxPx: none of a door behind the camera is seen") {
  CHECK(!OpeningBoxPx(LookingAlongWall(), DoorBetween(1.5, 0.5)).has_value());
}

}  // namespace stage::engine
