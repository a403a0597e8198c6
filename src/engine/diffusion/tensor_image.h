#pragma once

#include <torch/types.h>

#include "core/image.h"

namespace stage::engine {

/// Pixels as [1, channels, h, w], 0..1.
torch::Tensor UnitTensor(const ImageU8& image);

/// @param unit  [1, channels, h, w]; what is not in 0..1 is clamped
ImageU8 ToImage(const torch::Tensor& unit);

}  // namespace stage::engine
