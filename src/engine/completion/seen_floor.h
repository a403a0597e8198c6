#pragma once

#include <optional>

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

/// How far a floor's outline is from the edges that the photo shows around a
/// hole: the mean, of the photo's long side.
/// @param srgb  8-bit RGB analysis copy
/// @param hole  255: to be filled; any size, the whole picture
/// @return nothing where too little of the outline is seen there
std::optional<double> OutlineOffset(const Scene& scene,
                                    const ImageU8& srgb,
                                    const ImageU8& hole);

/// How much of a hole's surroundings is floor in one reading of a photo and
/// not in the other, 0..1.
/// @param hole  255: to be filled; any size, the whole picture
double FloorDisagreement(const Scene& a, const Scene& b, const ImageU8& hole);

/// Of the floor seen around a hole, the part that lies beyond the room's
/// walls, 0..1: walls stand where they seem to only when it is small.
/// @param hole  255: to be filled; any size, the whole picture
double FloorBeyondWalls(const Scene& scene, const ImageU8& hole);

}  // namespace stage::engine
