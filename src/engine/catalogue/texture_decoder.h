#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// Decodes a JPEG or PNG texture by its content. 3 channels, or 4 when some
/// pixel is not opaque. Display values as stored; embedded profiles are
/// ignored, as model formats ask.
/// @param name  said in errors
/// @throws Error(kModel) for other formats, damage, or over 64 megapixels
ImageU8 DecodeTexture(const std::vector<uint8_t>& bytes,
                      const std::string& name);

/// What the numbers of a texture mean, so that they can be averaged rightly.
enum class TextureContent { kColour, kData };

/// Halves `image` until its long edge is at most `long_edge_px`: 2 x 2 means,
/// of linear light for colours.
ImageU8 LimitTexture(ImageU8 image, int long_edge_px, TextureContent content);

/// Inverse sRGB transfer function (IEC 61966-2-1) of a display value.
float LinearFromSrgb8(uint8_t value);
/// The nearest display value of a linear one; clips to [0, 1].
uint8_t Srgb8FromLinear(float value);

}  // namespace stage::engine
