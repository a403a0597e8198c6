#pragma once

#include <vector>

#include "core/image.h"
#include "engine/clutter/loose_things.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Looks at a photo without its things. One shows whose place still departs
/// from floor and wall, has colours that neither has around it, or has a part
/// left beside it.
/// @param before   of the photo with them
/// @param emptied  8-bit RGB copy without those that have no doubt, of the
///                 size of `before.label`
/// @return a flag a thing of `before`, 1: shows; 0 for those that stay
std::vector<char> ThingsThatShow(const ThingMap& before,
                                 const ImageU8& emptied,
                                 const Scene& scene);

}  // namespace stage::engine
