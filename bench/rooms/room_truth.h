#pragma once

#include <nlohmann/json_fwd.hpp>

#include "rooms/modelled_room.h"

namespace stage::bench {

/// What is true of a modelled room in its picture, in the form that
/// bench/geometry reads: floor_polygon, floor_wall_edges, vertical_edges,
/// horizontal_lines, windows, doors; pixels, x to the right, y down. And
/// camera_height_m and ceiling_m.
nlohmann::json TruthOf(const RoomSpec& spec);

}  // namespace stage::bench
