#pragma once

#include <cstdint>

#include "core/photo/photo.h"

namespace stage::engine {

/// How the camera rendered detail in this photo, so that what is put in looks
/// as if the same camera had seen it.
struct FilmLook {
  float grain = 0;              ///< standard deviation, display values 0..1
  float grain_correlation = 0;  ///< between neighbouring pixels, 0..0.8
  float blur_px = 0.5f;         ///< Gaussian sigma of the sharpest edges
};

/// Measures grain in flat patches and blur on the strongest edges (ratio of
/// gradients before and after a known blur: Zhuo and Sim, Pattern Recognition
/// 44(9), 2011). Reads some 200 patches, whatever the photo's size.
FilmLook MeasureFilmLook(const Photo& photo, const ColorConverter& converter);

/// Grain of standard deviation 1 at a pixel, correlated like the photo's;
/// the same for the same pixel.
float GrainAt(int x, int y, float correlation);

}  // namespace stage::engine
