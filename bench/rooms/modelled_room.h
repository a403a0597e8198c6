#pragma once

#include <string>
#include <vector>

#include "engine/render/render_room.h"
#include "engine/scene/room_layout.h"
#include "rooms/floor_textures.h"

namespace stage::bench {

/// A room of four walls to be built: all a truth needs to know about it.
struct RoomSpec {
  std::string name;
  int width_px = 1500;
  int height_px = 1000;
  double focal_px = 850;
  double pitch_degrees = 2, roll_degrees = 0, yaw_degrees = 0;
  double camera_height_m = 1.4;
  /// Distances of the walls from the camera, metres.
  double left_m = 2, right_m = 2, back_m = 4, front_m = 0.5;
  double ceiling_m = 2.6;
  FloorKind floor = FloorKind::kOakPlanks;
  Eigen::Vector3f wall_color{0.78f, 0.77f, 0.74f};  ///< linear
  double skirting_m = 0.09;
  /// Walls count as in engine::RoomLayout: 0 left (from the back to the
  /// front), 1 behind the camera, 2 right (front to back), 3 back.
  std::vector<engine::Opening> openings;
  Eigen::Vector3d to_sun{0.5, 0.6, 0.6};
  double sun = 0;  ///< irradiance; 0: overcast
};

engine::Camera CameraOf(const RoomSpec& spec);
engine::RoomLayout LayoutOf(const RoomSpec& spec);

/// Walls with reveals, frames, panels, skirting, floor, ceiling and a garden.
engine::RoomModel BuildRoom(const RoomSpec& spec);

}  // namespace stage::bench
