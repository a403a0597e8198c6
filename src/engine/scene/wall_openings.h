#pragma once

#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

struct WallOpenings {
  std::vector<Opening> openings;  ///< best first
  double scale = 1;  ///< factor on all lengths at which they were found
};

/// Windows, doors and passages as rectangles in the visible walls.
/// Doors are much alike: a room that is a little larger or smaller than thought
/// may have better ones.
/// @param srgb    analysis copy, RGB
/// @param camera  for the size of `srgb`
/// @param log_sigma  how far the room's scale is known; 0: exactly
/// @param foreground  mask of the size of `srgb`, 255 where something stands in
///        front of the walls; may be empty
WallOpenings FindWallOpenings(const ImageU8& srgb,
                              const Camera& camera,
                              const RoomLayout& room,
                              double log_sigma = 0,
                              const ImageU8& foreground = {});

}  // namespace stage::engine
