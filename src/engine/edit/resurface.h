#pragma once

#include <string>

#include "core/photo/photo.h"
#include "engine/render/parallel.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What was covered.
struct ResurfaceReport {
  std::string surface;  ///< "floor", "ceiling", "wall"; "pane" when unknown
  double share = 0;     ///< of the mask that lies on it, 0..1
};

/// What a scene's layout says of the room.
enum class LayoutSource {
  kRoom,  ///< what was understood of it
  kMask,  ///< only where the masked surface lies; all else is made up
};

/// Gives floor, walls or ceiling another material where a mask says so: laid
/// in each surface's perspective at true scale, under the light and shadow that
/// the photo shows there, glossy where the material is; or puts a pane there,
/// as Glaze. Pixels outside of the mask keep their bits.
/// @param material  a word of MaterialNames()
/// @param mask      of the photo's size, 255: to be covered, less: in part
/// @throws Error(kGeometry) when the room could not be understood, the mask
///         lies on surfaces of several kinds, or a mirror would show what the
///         photo does not; Error(kUsage) for an unknown material;
///         Error(kInterrupted)
ResurfaceReport Resurface(const Scene& scene,
                          LayoutSource source,
                          const std::string& material,
                          const ImageU8& mask,
                          const ColorConverter& converter,
                          const WorkControl& control,
                          Photo& photo);

}  // namespace stage::engine
