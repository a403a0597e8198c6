#pragma once

#include <vector>

#include "engine/scene/opening_selection.h"
#include "engine/scene/rectified_wall.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Adds every rectangle of a wall that may be a window, door or passage to
/// `found`, scored. Two searches: one for regions that depart from the wall's
/// own shading behind a frame (windows, glass doors, open doorways), one for
/// frames as tall as a door whose width interrupts the skirting (closed doors,
/// often as white as the wall).
void SearchWall(const RectifiedWall& wall,
                const RoomLayout& room,
                std::vector<OpeningCandidate>& found);

}  // namespace stage::engine
