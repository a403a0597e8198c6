#pragma once

#include <vector>

#include "core/image.h"
#include "engine/render/film.h"
#include "engine/render/obstacle_set.h"
#include "engine/render/parallel.h"
#include "engine/render/path_tracer.h"
#include "engine/render/photo_illumination.h"
#include "engine/render/render.h"
#include "engine/render/sun_patches.h"

namespace stage::engine {

/// Pixels in which some object may be seen.
PixelRegion VisibleRegion(const View& view,
                          const std::vector<RenderObject>& objects);

/// What the furniture pass looks at.
struct FurniturePassInput {
  const PathTracer& tracer;
  const PhotoIllumination& light;
  const ObstacleSet& obstacles;
  const std::vector<RenderObject>& objects;
  const ImageF& photo_linear;
  const SunPatches& sun_patches;  ///< on rugs, while the sun is not known
  uint64_t seed = 0;
  int samples_per_pixel = 16;  ///< mean over pixels that show furniture
};

/// Traces camera rays into the furniture: a first round everywhere, then more
/// rays where the result is still noisy, within the budget.
Film TraceFurniture(const FurniturePassInput& input,
                    const PixelRegion& region,
                    const WorkControl& control);

}  // namespace stage::engine
