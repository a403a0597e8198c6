#pragma once

#include "engine/clutter/loose_things.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The share of the floor on which things stand that stay; what may be light,
/// grain or a joint is left out. 0..1, 0 where no floor is known.
double FloorTaken(const ThingMap& map, const Scene& scene);

}  // namespace stage::engine
