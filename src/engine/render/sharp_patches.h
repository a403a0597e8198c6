#pragma once

#include "core/image.h"

namespace stage::engine {

/// Which of the bright places end sharply, within a few pixels: patches of sun
/// do; the sheen of a floor below its window, or an uneven carpet, does not.
/// @param factor  brightness over that of the surroundings, one channel
/// @return 1 inside sharp patches, 0 elsewhere; the same size
ImageU8 SharpPatches(const ImageF& factor);

}  // namespace stage::engine
