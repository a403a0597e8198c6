#include "engine/pipeline/room_setting.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

Scene Interior() {
  Scene scene;
  scene.trust = SceneTrust::kRoom;
  scene.room.ceiling_visible = true;
  return scene;
}

Scene Exterior() {
  Scene scene;
  scene.outdoors = true;
  return scene;
}

TEST_CASE("WhyRoomIsElsewhere: terrace furniture stays out of rooms") {
  CHECK(WhyRoomIsElsewhere("outdoor", Interior()));
  CHECK_FALSE(WhyRoomIsElsewhere("living", Interior()));
  CHECK_FALSE(WhyRoomIsElsewhere("auto", Interior()));
  Scene looking_down = Interior();
  looking_down.room.ceiling_visible = false;
  CHECK_FALSE(WhyRoomIsElsewhere("outdoor", looking_down));
}

TEST_CASE("WhyRoomIsElsewhere: rooms are not staged under the sky") {
  CHECK(WhyRoomIsElsewhere("bedroom", Exterior()));
  CHECK(WhyRoomIsElsewhere("auto", Exterior()));
  CHECK_FALSE(WhyRoomIsElsewhere("outdoor", Exterior()));
}

TEST_CASE("WhyRoomIsElsewhere: a floor that the user drew is believed") {
  Scene drawn = Exterior();
  drawn.trust = SceneTrust::kRoom;
  CHECK_FALSE(WhyRoomIsElsewhere("dining", drawn));
}

}  // namespace
}  // namespace stage::engine
