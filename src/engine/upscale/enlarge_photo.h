#pragma once

#include <functional>

#include "core/photo/photo.h"
#include "engine/networks/networks.h"

namespace stage::engine {

struct EnlargeOptions {
  int tile_px = 256;  ///< side of a tile, pixels of the photo
  std::function<void(double)> progress = {};  ///< fraction 0..1
  std::function<bool()> cancelled = {};
};

/// Enlarges a photo `passes` times over. Tiles are enlarged with as much
/// around them as the network sees, so that they meet without seams: the tile
/// size does not show in the result. Depth, channels, profile, metadata and
/// source stay as they were; alpha is enlarged by cubic convolution.
/// @return  upscaler.factor() to the power of `passes` as wide and high
/// @throws Error(kInterrupted) soon after options.cancelled() says so
Photo EnlargePhoto(const Photo& photo,
                   Upscaler& upscaler,
                   int passes,
                   const EnlargeOptions& options);

}  // namespace stage::engine
