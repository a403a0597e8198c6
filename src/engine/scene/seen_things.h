#pragma once

#include "engine/scene/obstacles.h"
#include "engine/scene/seen_room.h"

namespace stage::engine {

/// Adds what a network sees standing on the floor: occupied, in front of what
/// is farther, and an obstacle each. Pictures are those of FindObstacles.
/// @return  the part of the floor that they hide, 0..1
double AddSeenThings(const SeenRoom& seen,
                     const Camera& half_camera,
                     const cv::Mat& half_floor,
                     ObstacleMap& found);

/// Adds to the foreground what is clearly nearer than floor and walls, by a
/// network's relative depth; nothing when that does not go with the layout.
/// @param room  in camera heights, with `half_camera` one high
/// @return  how well depth and layout agree, 0..1: the share of pixels that
///          are as far as the layout says; 1 when no network has looked
double AddNearThings(const SeenRoom& seen,
                     const Camera& half_camera,
                     const RoomLayout& room,
                     const cv::Mat& half_floor,
                     ObstacleMap& found);

}  // namespace stage::engine
