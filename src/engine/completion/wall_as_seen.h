#pragma once

#include "core/image.h"
#include "engine/completion/surface_view.h"

namespace stage::engine {

/// A wall laid out as the photo has it: the scene knows its foot and head to
/// some decimetres and its slope to a degree, which breaks skirtings and
/// cornices at a hole. The view gets the slope of the one that the hole
/// reaches, and its plain rows end where they begin.
/// @param view    of a wall; any other comes back as it is
/// @param raster  the view's pixels, display values, 3 channels
/// @param hole    of the raster, 255: to be filled
/// @param usable  of the raster, 255: known
SurfaceView WallAsSeen(const SurfaceView& view,
                       const ImageF& raster,
                       const ImageU8& hole,
                       const ImageU8& usable);

}  // namespace stage::engine
