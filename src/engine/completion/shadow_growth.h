#pragma once

#include "core/image.h"
#include "engine/completion/surface_view.h"

namespace stage::engine {

/// A hole with the shadow that the thing in it casts on floor and
/// ceiling: what is darker than farther surroundings lead to expect, keeps
/// their hue, hangs together with the hole and fades away from it within a
/// short way. Anything else stays.
/// @param picture  working copy, display values 0..1, 3 channels
/// @param hole     255: to be filled
/// @param layout   of that hole
/// @return the size of `hole`; contains it
ImageU8 GrowIntoShadows(const ImageF& picture,
                        const ImageU8& hole,
                        const SurfaceLayout& layout);

}  // namespace stage::engine
