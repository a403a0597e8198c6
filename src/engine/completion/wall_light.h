#pragma once

#include "core/image.h"

namespace stage::engine {

/// What is left on plain walls of the light and shade of things that are gone:
/// within what was changed and close around it, a wall's light is made to go
/// on smoothly from where it is untouched (the membrane that solves Laplace's
/// equation); its grain stays.
/// @param picture  display values 0..1, 3 channels
/// @param walls    255 on plain walls; any size
/// @param filled   255 on what was filled; any size
/// @param relit    255 where light was changed besides; any size
/// @return natural logarithm of what display values are to be multiplied by,
///         3 channels, of `picture`'s size; 0 where nothing changes
ImageF EvenWallLight(const ImageF& picture,
                     const ImageU8& walls,
                     const ImageU8& filled,
                     const ImageU8& relit);

}  // namespace stage::engine
