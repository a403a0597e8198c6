#pragma once

#include <vector>

#include "core/photo/photo.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// A part of a photo's plane, in pixels; may reach beyond it.
struct TileArea {
  int x = 0, y = 0, width = 0, height = 0;
};

/// A part of a photo as networks take it.
struct PhotoTile {
  PlanarImage colors;        ///< display values of the photo's own space
  std::vector<float> alpha;  ///< 0..1, one plane; empty: opaque
};

/// How far colours run into what is wholly transparent, where a photo may
/// hold anything.
inline constexpr int kColorBleedPx = 8;

/// Beyond the photo's edges it is mirrored; grey becomes three equal planes.
PhotoTile ReadTile(const Photo& photo, const TileArea& area);

/// Puts a tile into a photo at (x, y), clamped, rounded to its depth; grey
/// photos get the mean of the planes. Alpha is left alone where the tile has
/// none.
void WriteTile(const PhotoTile& tile, int x, int y, Photo& photo);

}  // namespace stage::engine
