#pragma once

#include <string>
#include <vector>

#include "engine/render/render_room.h"
#include "engine/scene/room_layout.h"
#include "rooms/floor_textures.h"

namespace stage::bench {

/// A back corner of the room that is walled off, so that the outline is an L.
struct Notch {
  bool on_left = false;
  double width_m = 0, depth_m = 0;  ///< 0: none
};

/// An island, cupboard or column.
struct Block {
  Eigen::Vector3d low, high;  ///< metres
  Eigen::Vector3f color;      ///< linear
};

/// A room to be built: all a truth needs to know about it.
struct RoomSpec {
  std::string name;
  int width_px = 1500;
  int height_px = 1000;
  double focal_px = 850;
  double pitch_degrees = 2, roll_degrees = 0, yaw_degrees = 0;
  double k1 = 0;  ///< see engine::Camera
  double camera_height_m = 1.4;
  /// Distances of the walls from the camera, metres.
  double left_m = 2, right_m = 2, back_m = 4, front_m = 0.5;
  double ceiling_m = 2.6;
  Notch notch;
  FloorKind floor = FloorKind::kOakPlanks;
  Eigen::Vector3f floor_tint{1, 1, 1};  ///< multiplies the covering's colour
  double floor_roughness = 0;           ///< 0: the covering's own
  Eigen::Vector3f wall_color{0.78f, 0.77f, 0.74f};  ///< linear
  double skirting_m = 0.09;
  /// Walls count as in engine::RoomLayout: 0 left (from the back to the
  /// front), 1 behind the camera, 2 right (front to back), 3 back; with a notch
  /// as LayoutOf has them. A door wider than kWidestDoorM is a glass sliding
  /// door; behind a passage lies a hall.
  std::vector<engine::Opening> openings;
  std::vector<Block> blocks;
  Eigen::Vector3d to_sun{0.5, 0.6, 0.6};
  double sun = 0;            ///< irradiance; 0: overcast
  double middle_tone = 0.4;  ///< exposure: the median's display value, linear
  double grain = 0.008;      ///< of display values
};

inline constexpr double kWidestDoorM = 1.25;
inline constexpr double kHallDepthM = 2.5;
inline constexpr double kHallMarginM = 0.4;  ///< beyond the passage's sides

engine::Camera CameraOf(const RoomSpec& spec);
engine::RoomLayout LayoutOf(const RoomSpec& spec);

/// Walls with reveals, frames, panels, skirting, floor, ceiling and a garden.
engine::RoomModel BuildRoom(const RoomSpec& spec);

}  // namespace stage::bench
