#pragma once

#include <vector>

#include "engine/scene/box_fit.h"
#include "engine/scene/floor_boundary.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The room's outline from the walls seen along the floor's boundary, in
/// camera heights: corners where walls meet, hidden returns where a wall hides
/// the beginning of the next, walls carried on across doorways through which
/// more floor is seen, and a guess of what lies behind the camera. Falls back
/// on the box with its walls moved to the runs when the pieces do not make a
/// simple outline around the camera.
/// Fills floor, wall_is_real and height.
RoomLayout OutlineFromRuns(const std::vector<BoundaryRun>& runs,
                           const Box& box);

}  // namespace stage::engine
