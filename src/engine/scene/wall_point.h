#pragma once

#include <Eigen/Core>

#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A point of a wall: its index among RoomLayout::Walls(), metres along it
/// from its start, metres up.
struct WallPoint {
  int wall = -1;
  double u = 0, v = 0;
};

/// Where a pixel's ray first meets a wall; `wall` is -1 where it meets none.
/// @param pixel  of the camera's picture
WallPoint MeetWall(const Camera& camera,
                   const std::vector<Wall>& walls,
                   const Eigen::Vector2d& pixel);

}  // namespace stage::engine
