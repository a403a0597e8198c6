#pragma once

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Where a photo shows walls and ceilings without anything on them.
/// @param srgb  8-bit RGB analysis copy
/// @return 255 there, of the copy's size
ImageU8 PlainWalls(const ImageU8& srgb, const Scene& scene);

}  // namespace stage::engine
