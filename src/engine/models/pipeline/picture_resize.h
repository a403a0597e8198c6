#pragma once

#include <torch/types.h>

namespace stage::models {

enum class ResizeFilter { kBilinear, kBicubic, kLanczos };

/// Resizes an 8-bit picture as the Python Imaging Library does, which the
/// published networks' preprocessing is defined by: the filter grows with the
/// shrink factor, rows are done first, and each pass rounds to 8 bits.
/// @param picture  U8 [channels, h, w]
/// @return         U8 [channels, height, width]
torch::Tensor ResizePicture(const torch::Tensor& picture,
                            int64_t height,
                            int64_t width,
                            ResizeFilter filter);

/// How CLIP's picture encoders take a picture: the shorter edge to `size`
/// (bicubic), the middle square, colours normalised (arXiv:2103.00020's own
/// mean and deviation).
/// @param picture  U8 [3, h, w]
/// @return         [1, 3, size, size]
torch::Tensor ClipPixels(const torch::Tensor& picture, int64_t size);

}  // namespace stage::models
