#pragma once

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Whether the floor of a room that is not understood as a whole may be relied
/// on around a hole: its outline runs along edges of the photo there, or far
/// from the hole.
/// @param picture  working copy, display values 0..1, 3 channels
/// @param hole     255: to be filled; the size of `picture`
bool FloorIsSeen(const Scene& scene,
                 const ImageF& picture,
                 const ImageU8& hole);

}  // namespace stage::engine
