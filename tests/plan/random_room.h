#pragma once

#include <cstdint>

#include "engine/scene/room_layout.h"

namespace stage::test {

struct RoomLimits {
  double min_width = 2.4, max_width = 7;
  double min_length = 2.8, max_length = 9;
};

/// A rectangular or L-shaped room with doors, windows and a camera in it that
/// looks into the room; the same seed gives the same room.
engine::Scene RandomRoom(uint32_t seed, const RoomLimits& limits = {});

/// A box room whose back wall is `length` from the near one; the camera
/// stands `behind` metres before the near wall, in the middle.
engine::Scene BoxRoom(double width, double length, double behind = 0.3);

/// Adds an opening to a wall; u in metres from the wall's start.
void AddOpening(engine::OpeningKind kind,
                int wall,
                double u0,
                double u1,
                double v0,
                double v1,
                engine::Scene& scene);

}  // namespace stage::test
