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

}  // namespace stage::engine
