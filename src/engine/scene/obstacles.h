#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What stands in the room: things on the floor, blocks and columns in front
/// of farther walls, door jambs nearer than the floor seen beside them.
struct ObstacleMap {
  std::vector<Obstacle> obstacles;  ///< in camera heights
  cv::Mat occupied;                 ///< 255 on floor pixels that are not free
  cv::Mat foreground;  ///< 255 on pixels nearer than where furniture may stand
};

/// Conservative: sun, shade, reflections and patterns of the floor are left
/// alone; only what differs from the floor in hue or has a dark and a bright
/// side and a clear rim is taken for a thing.
/// All pictures are of half the working size.
ObstacleMap FindObstacles(const Camera& half_camera,
                          const cv::Mat& half_lab,
                          const cv::Mat& likelihood,
                          const cv::Mat& half_floor,
                          const std::vector<BoundaryRun>& runs);

/// A thing on the floor by its part of the picture; without footprint where
/// none of it is below the horizon.
/// @param floor   255 where there is floor, what the thing hides included
/// @param region  255 on the thing
/// @param box     around the region
Obstacle ThingOnFloor(const Camera& camera,
                      const cv::Mat& floor,
                      const cv::Mat& region,
                      const cv::Rect& box);

}  // namespace stage::engine
