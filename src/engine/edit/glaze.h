#pragma once

#include "core/photo/photo.h"
#include "engine/edit/masked_surfaces.h"
#include "engine/edit/surface_material.h"
#include "engine/render/parallel.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Puts a pane where a mask says: a mirror, which shows the room that the
/// photo shows; clear glass over what is there; or frosted glass, through
/// which only light and colour come. Pixels outside of the mask keep their
/// bits.
/// @param surfaces  that the mask lies on; nullptr when the room is not known,
///                  for frosted glass alone
/// @param view      of the photo
/// @throws Error(kGeometry) when a mirror would show what lies outside of the
///         picture; Error(kInterrupted)
void Glaze(const Scene& scene,
           const MaskedSurfaces* surfaces,
           Pane pane,
           const ImageU8& mask,
           const ColorConverter& converter,
           const WorkControl& control,
           Photo& photo);

}  // namespace stage::engine
