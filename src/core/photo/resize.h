#pragma once

#include "core/photo/photo.h"

namespace stage {

/// A photo at another, smaller size, filtered in linear light (Lanczos with
/// three lobes, kept from ringing), with its depth, channels, profile,
/// metadata and source as they were.
/// @param width, height  at most the photo's own
Photo DownscalePhoto(const Photo& photo,
                     const ColorConverter& converter,
                     int width,
                     int height);

/// The size at which the long edge is at most `long_edge_px`; never larger
/// than `width` x `height`.
struct FittedSize {
  int width = 0;
  int height = 0;
};
FittedSize FitLongEdge(int width, int height, int long_edge_px);

}  // namespace stage
