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

/// The same with a window in the back wall: of 600 x 400 pixels it takes the
/// columns 188 to 412 and the rows 116 to 256.
inline Scene BoxSceneWithWindow(int width, int height) {
  Scene scene = BoxScene(width, height);
  scene.room.openings.push_back({.kind = OpeningKind::kWindow,
                                 .wall = 3,
                                 .u0 = 1.2,
                                 .u1 = 2.8,
                                 .v0 = 1.0,
                                 .v1 = 2.0,
                                 .confidence = 0.9});
  return scene;
}

}  // namespace stage::engine::test
