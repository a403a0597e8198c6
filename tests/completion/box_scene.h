#pragma once

#include "engine/scene/room_layout.h"

namespace stage::engine::test {

/// A trusted room of 4 x 4 m, 2.6 m high, seen level from 1.4 m: camera at the
/// origin, back wall 3 m away.
inline Scene BoxScene(int width, int height) {
  Scene scene;
  scene.camera.width_px = width;
  scene.camera.height_px = height;
  scene.camera.focal_px = 0.7 * width;
  scene.camera.center_px = {0.5 * width, 0.5 * height};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.camera.position = {0, 1.4, 0};
  scene.room.floor = {{-2, -3}, {-2, 1}, {2, 1}, {2, -3}};
  scene.room.height = 2.6;
  scene.confidence = 1;
  scene.trust = SceneTrust::kRoom;
  return scene;
}

}  // namespace stage::engine::test
