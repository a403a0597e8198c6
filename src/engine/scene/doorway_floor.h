#pragma once

#include <opencv2/core.hpp>

#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Adds to the visible floor what is seen of the next room's floor through
/// doors and passages: what looks like floor from the sill upwards, where it
/// ends below the horizon. A closed door of the floor's colour does not.
/// @param scene  camera, room and openings are final
/// @param likelihood  CV_32F of any size, see FloorLikelihood
/// @param floor  8-bit of the same size, 255 on floor; added to
void AddDoorwayFloor(const Scene& scene,
                     const cv::Mat& likelihood,
                     cv::Mat& floor);

}  // namespace stage::engine
