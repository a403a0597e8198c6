#pragma once

#include "engine/pipeline/object_choice.h"
#include "engine/pipeline/object_placement.h"

namespace stage::engine {

/// An object that fills the box on its wall, in its own shape. Where the walls
/// are not known, the lines around the box tell which way this one faces.
/// @param srgb  8-bit RGB analysis copy of the photo
/// @throws Error(kGeometry) with the reason
ObjectPlace HangObject(const ObjectRequest& asked,
                       const ObjectWish& wish,
                       const ImageU8& srgb);

}  // namespace stage::engine
