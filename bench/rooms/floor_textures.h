#pragma once

#include <cstdint>
#include <memory>

#include "engine/catalogue/mesh.h"

namespace stage::bench {

enum class FloorKind {
  kOakPlanks,
  kWalnutPlanks,
  kTiles,
  kDiagonalTiles,
  kCarpet
};

/// Edge of the square that a floor texture covers, metres.
inline constexpr double kFloorTextureM = 3.6;

/// A floor covering drawn at about 2 mm a texel; repeats without a seam.
std::shared_ptr<const engine::Texture> DrawFloor(FloorKind kind, uint32_t seed);

}  // namespace stage::bench
