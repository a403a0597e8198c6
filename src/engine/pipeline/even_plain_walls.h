#pragma once

#include "core/photo/photo.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Takes the shade of what is gone off plain walls; see EvenWallLight.
/// @param filled, relit  255 there, of the photo's size
/// @return 255 where the photo was changed
ImageU8 EvenPlainWalls(const Scene& scene,
                       const ColorConverter& converter,
                       const ImageU8& filled,
                       const ImageU8& relit,
                       Photo& photo);

}  // namespace stage::engine
