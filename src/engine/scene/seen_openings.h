#pragma once

#include "engine/scene/room_layout.h"
#include "engine/scene/seen_room.h"

namespace stage::engine {

/// Holds the openings found by lines against what a network sees: those in
/// what is surely wall are dropped, what reaches the floor as a door becomes
/// one, and windows and doors that only the network sees are added.
/// @param scene  camera and room in metres, with openings
void ReconcileOpenings(const SeenRoom& seen, Scene& scene);

}  // namespace stage::engine
