#pragma once

#include "core/image.h"
#include "engine/render/opening_set.h"
#include "engine/render/parallel.h"
#include "engine/render/path_tracer.h"
#include "engine/render/photo_illumination.h"

namespace stage::engine {

/// How far above the room's surface its light is estimated, metres.
constexpr float kRatioOffset = 1e-3f;

/// What furniture does to the light on one point of the room.
struct RatioSample {
  Color ratio{1, 1, 1};  ///< light with over light without furniture
  float nearness = 0;    ///< mean of 1 / distance of the furniture seen; 1/m
  float error = 0;       ///< standard deviation of the ratio's luminance
};

/// Estimates the ratio at a point from the same random directions with and
/// without furniture: exactly 1 where no furniture is seen.
/// @param fewest, most  directions when none, and when some meets furniture
RatioSample EstimateRatio(const PathTracer& tracer,
                          const PhotoIllumination& light,
                          const RoomHit& at,
                          int fewest,
                          int most,
                          uint32_t seed);

/// Bakes the ratio into the light's texels, for rays that leave furniture.
void BakeRatio(const PathTracer& tracer,
               PhotoIllumination& light,
               uint32_t seed,
               const WorkControl& control);

/// The ratio of every pixel's room surface. Sampled on a coarse grid and
/// refined where furniture is near, where the ratio changes and along
/// silhouettes; points hidden by furniture take the value beside them.
/// What is seen through an opening keeps its own light.
/// @param coverage  what furniture hides of each pixel, 0..1, render size
/// @return render-size RGB
ImageF RoomRatio(const PathTracer& tracer,
                 const PhotoIllumination& light,
                 const OpeningSet& openings,
                 const ImageF& coverage,
                 uint32_t seed,
                 const WorkControl& control);

}  // namespace stage::engine
