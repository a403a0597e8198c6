#pragma once

#include "core/image.h"

namespace stage::engine {

enum class Beneath { kFloor, kWall };

/// A mask of a floor or wall without what stands before it: legs, lamps and
/// pictures that a mask drawn by hand covers too. The surface is what the
/// commonest colour in the mask goes over into, joints skipped; a thing is what
/// that does not reach and what differs from the surface around it. What is as
/// thin as a joint, such as wire, is taken for one.
/// @param srgb  8-bit analysis copy of the photo
/// @param mask  of the photo's size, 255: surface
/// @return      of the photo's size, 0..255: share of the pixel that is surface
ImageU8 WithoutThings(const ImageU8& srgb,
                      Beneath beneath,
                      const ImageU8& mask);

}  // namespace stage::engine
