#pragma once

#include <cstdint>

#include "core/image.h"

namespace stage::engine {

/// What a network takes a pixel for, in the terms of a room.
enum class SeenSurface : uint8_t {
  kUnknown,
  kFloor,
  kWall,
  kCeiling,
  kWindow,
  kDoor,
  kThing,  ///< stands, lies or hangs in the room
};

/// What trained networks see in a picture. Every part is optional, and may
/// have a size of its own.
struct SeenRoom {
  Image<SeenSurface> surface;
  ImageF certainty;  ///< 0..1, of `surface`; of its size
  ImageF distance;   ///< metres along the optical axis
  ImageF nearness;   ///< inverse distance but for a scale and an offset
};

}  // namespace stage::engine
