#pragma once

#include "core/image.h"
#include "engine/render/parallel.h"
#include "engine/render/ratio_grid.h"

namespace stage::engine {

/// Shares the noise of sampled points out among neighbours of the same surface
/// `step` points apart, no wider than furniture is far: nearer than that the
/// ratio has detail.
void ShareNoise(const LightField& field,
                int step,
                const WorkControl& control,
                RatioGrid& grid);

/// Where a piece touches the floor, light falls off within millimetres: a pixel
/// whose centre happens to lie there is a black dot on the line of contact. It
/// becomes as dark as the second darkest pixel beside it.
void LiftDots(const WorkControl& control, RatioGrid& grid);

/// Hidden pixels take the ratio of visible ones at most this far away.
inline constexpr int kFillRadius = 3;

/// The ratio of every pixel from a grid of spacing 1; hidden ones take the mean
/// of the visible ones beside them, else 1.
/// @return RGB of the given size in pixels
ImageF FillHidden(const RatioGrid& grid,
                  int width,
                  int height,
                  const WorkControl& control);

}  // namespace stage::engine
