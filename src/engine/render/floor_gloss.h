#pragma once

#include "core/image.h"
#include "engine/render/parallel.h"
#include "engine/render/path_tracer.h"
#include "engine/render/photo_illumination.h"

namespace stage::engine {

/// Light that a glossy floor mirrors towards the camera because of furniture,
/// less what it mirrored before: may be negative where a window is hidden.
/// @param f0         reflectance at normal incidence
/// @param roughness  GGX roughness of the floor
/// @return render-size RGB; empty when the floor is matt
ImageF FloorGloss(const PathTracer& tracer,
                  const PhotoIllumination& light,
                  float f0,
                  float roughness,
                  uint32_t seed,
                  const WorkControl& control);

/// Lets `gloss` take away no more than a floor can have mirrored: what its
/// photo shows beyond the floor's own colour, and in the colour that has. The
/// walls and windows of the model are never quite those of the photo.
/// @param photo  linear RGB, of the size of `gloss`
/// @param ratio  light with / without furniture, of the same size
/// @param floor  the floor's usual colour, linear
void LimitGloss(const ImageF& photo,
                const ImageF& ratio,
                const Color& floor,
                const WorkControl& control,
                ImageF& gloss);

}  // namespace stage::engine
