#pragma once

#include <cstdint>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine::testing {

/// A picture of a box room drawn ray by ray from its own description: walls
/// with skirting, windows with frames and an outside, white panel doors, dark
/// passages, a board floor; light falling off from the windows, grain, blur.
struct DrawnRoom {
  ImageU8 srgb;
  Camera camera;  ///< for the picture's size
  RoomLayout room;
  std::vector<Opening> openings;  ///< the truth
};

struct DrawnRoomOptions {
  bool openings = true;
};

/// Another room and camera for every seed; 1000 x 667 pixels.
DrawnRoom DrawRoom(uint32_t seed, const DrawnRoomOptions& options = {});

/// The smallest upright box in pixels around an opening, clipped to the
/// picture: x, y, width, height. Zeros when none of it is seen.
std::vector<double> OpeningBoxPx(const Camera& camera,
                                 const RoomLayout& room,
                                 const Opening& opening);

}  // namespace stage::engine::testing
