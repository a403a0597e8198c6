#pragma once

#include <cstdint>

#include "rooms/modelled_room.h"

namespace stage::bench {

/// A plausible room and view of it, another for every seed: square and L-shaped
/// rooms, islands and columns, passages and sliding doors, all floors from
/// matt to glossy, level and tilted phones, frontal and corner views, landscape
/// and portrait, wide and normal lenses, dim and bright exposures.
RoomSpec RandomRoom(uint32_t seed);

}  // namespace stage::bench
