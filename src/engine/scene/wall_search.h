#pragma once

#include <vector>

#include "engine/scene/opening_selection.h"
#include "engine/scene/rectified_wall.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Adds every rectangle of a wall that may be a window, door or passage to
/// `found`, scored: regions that depart from the wall's own shading behind a
/// frame (windows, glass doors, open doorways), and frames as tall as a door
/// whose width interrupts the skirting (closed doors, often as white as the
/// wall).
void SearchWall(const RectifiedWall& wall,
                const RoomLayout& room,
                std::vector<OpeningCandidate>& found);

/// The candidates of a room that is `scale` times as large as thought.
/// @param ceiling_m  height of the room as it was thought
std::vector<OpeningCandidate> AtScale(std::vector<OpeningCandidate> candidates,
                                      double ceiling_m,
                                      double scale);

}  // namespace stage::engine
