#pragma once

#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Windows, doors and passages as rectangles in the visible walls, best first.
/// Two searches over axis-aligned rectangles of each rectified wall: one for
/// regions that depart from the wall's own shading behind a frame (windows,
/// glass doors, open doorways), one for frames as tall as a door whose width
/// interrupts the skirting (closed doors, often as white as the wall).
/// @param srgb    analysis copy, RGB
/// @param camera  for the size of `srgb`
std::vector<Opening> FindWallOpenings(const ImageU8& srgb,
                                      const Camera& camera,
                                      const RoomLayout& room);

}  // namespace stage::engine
