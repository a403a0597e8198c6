#pragma once

#include <string>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The wall that a mask covers, in a room whose walls are not known.
struct MaskedWall {
  Scene scene;  ///< the camera, upright, before one wide wall
  /// Why nothing can be laid there, a clause; empty when it can.
  std::string doubt;
};

/// Takes what a mask covers for one wall: its level lines say which way it
/// faces; it stands as far away as eye height and usual ceilings allow. Doubted
/// are masks that no level line goes through or beside, and such as lie wholly
/// above or below the eye, as ceilings and tables do.
/// @param scene  as AnalyzeScene gives it, without walls that are sure
/// @param srgb   8-bit analysis copy of the photo
/// @param mask   of the photo's size, 255: wall
MaskedWall WallUnderMask(const Scene& scene,
                         const ImageU8& srgb,
                         const ImageU8& mask);

}  // namespace stage::engine
