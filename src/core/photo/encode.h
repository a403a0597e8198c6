#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

struct JpegEncoding {
  int quality = 92;           ///< 1..100, unless `quantisation` is given
  int chroma_horizontal = 1;  ///< 2,2 is 4:2:0
  int chroma_vertical = 1;
  bool progressive = false;
  /// By component in natural order (one or three); empty: from `quality`.
  std::vector<std::array<uint16_t, 64>> quantisation = {};
};

struct WebpEncoding {
  int quality = 90;  ///< 1..100
  bool lossless = false;
};

/// Encoders with the photo's ICC profile and no other metadata. JPEG and WebP
/// take 16-bit photos down to 8 bits; JPEG puts transparency over white.
/// @throws Error(kUsage) when the format cannot hold the size
std::vector<uint8_t> EncodeJpeg(const Photo& photo,
                                const JpegEncoding& encoding);
std::vector<uint8_t> EncodePng(const Photo& photo);
std::vector<uint8_t> EncodeWebp(const Photo& photo,
                                const WebpEncoding& encoding);
std::vector<uint8_t> EncodeTiff(const Photo& photo);

/// Row `y` as `channels` 8-bit values a pixel, which may lack the photo's
/// alpha: without it transparent parts show white.
void Row8(const Photo& photo, int y, int channels, uint8_t* out);

}  // namespace stage
