#pragma once

#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A level camera at 1.3 m in a room of which nothing is known.
inline Scene UnknownRoom(int width_px, int height_px) {
  Scene scene;
  scene.camera.width_px = width_px;
  scene.camera.height_px = height_px;
  scene.camera.focal_px = 560;
  scene.camera.center_px = {width_px / 2.0, height_px / 2.0};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.camera.position = {0, 1.3, 0};
  scene.trust = SceneTrust::kNone;
  return scene;
}

}  // namespace stage::engine
