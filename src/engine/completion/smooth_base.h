#pragma once

#include "core/image.h"

namespace stage::engine {

/// The light and colour of a surface without its texture: a Gaussian mean of
/// the known pixels, carried through the rest by a membrane (Laplace's
/// equation), so that a hole takes over the gradients of its surroundings.
/// @param pixels   1 to 4 channels
/// @param known    255 where `pixels` counts; at least one pixel does
/// @param scale_px standard deviation of the mean
/// @return the size and channels of `pixels`, defined everywhere
ImageF SmoothBase(const ImageF& pixels, const ImageU8& known, double scale_px);

}  // namespace stage::engine
