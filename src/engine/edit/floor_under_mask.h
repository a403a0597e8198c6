#pragma once

#include <string>

#include "core/photo/photo.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The floor that a mask covers, in a room that was not understood.
struct MaskedFloor {
  Scene scene;  ///< the camera, upright, over a bare floor; kFloorOnly
  /// Why nothing can be laid there, a clause; empty when it can.
  std::string doubt;
};

/// Takes what a mask covers for floor: the camera's tilt is measured, its
/// height is the scene's guess within what photographers do. Doubted are masks
/// that rise above the horizon, or end far away, or do not come to the
/// picture's lower edge as floors do.
/// @param scene  as AnalyzeScene gives it, of trust kNone
/// @param srgb   8-bit analysis copy of the photo
/// @param mask   of the photo's size, 255: floor
MaskedFloor FloorUnderMask(const Scene& scene,
                           const ImageU8& srgb,
                           const ImageU8& mask);

}  // namespace stage::engine
