#pragma once

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// From this on a floor's outline is not that of the floor that is seen.
inline constexpr double kFloorMisread = 0.01;

/// How badly a scene's floor fits the photo: the share of the photo that
/// large even parts lose where the floor's outline cuts through them.
/// @param srgb  8-bit RGB analysis copy
double FloorMisfit(const ImageU8& srgb, const Scene& scene);

}  // namespace stage::engine
