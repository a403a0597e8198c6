#pragma once

#include "core/photo/photo.h"
#include "engine/edit/surface_material.h"
#include "engine/render/parallel.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What was covered.
struct ResurfaceReport {
  std::string surface;  ///< "floor", "ceiling" or "wall"
  double share = 0;     ///< of the mask that lies on it, 0..1
};

/// Gives a floor, wall or ceiling another material where a mask says so: laid
/// in the surface's perspective at true scale, under the light and shadow that
/// the photo shows there, glossy where the material is. Pixels outside of the
/// mask keep their bits.
/// @param mask  of the photo's size, 255: to be covered
/// @throws Error(kGeometry) when the room could not be understood, or the mask
///         lies on several surfaces; Error(kInterrupted)
ResurfaceReport Resurface(const Scene& scene,
                          const SurfaceMaterial& material,
                          const ImageU8& mask,
                          const ColorConverter& converter,
                          const WorkControl& control,
                          Photo& photo);

}  // namespace stage::engine
