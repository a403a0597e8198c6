#pragma once

#include <vector>

#include "engine/render/film.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// What tells surfaces apart while noise is removed; planes of width * height.
struct DenoiseGuide {
  int width = 0, height = 0;
  const float* normal_x = nullptr;
  const float* normal_y = nullptr;
  const float* normal_z = nullptr;
  const float* depth = nullptr;
  /// Metres of depth one pixel step may change on the same surface.
  const float* slope = nullptr;
  /// Trust in each pixel; 0 keeps it out and unchanged.
  const float* weight = nullptr;
};

struct DenoiseStrength {
  int passes = 4;        ///< filter radius is about 2^(passes + 1) pixels
  float color = 3;       ///< standard deviations that still count as noise
  float normal = 0.06f;  ///< 1 - cosine
  float floor = 0.01f;   ///< luminance difference that never matters
};

/// Edge-avoiding à-trous wavelet filter (Dammertz et al., HPG 2010), the
/// colour weight scaled by the variance of each pixel as in SVGF (Schied et
/// al., HPG 2017). `variance` is that of the pixel's luminance, and is updated.
void Denoise(const DenoiseGuide& guide,
             const DenoiseStrength& strength,
             ColorPlanes& color,
             std::vector<float>& variance,
             const WorkControl& control);

}  // namespace stage::engine
