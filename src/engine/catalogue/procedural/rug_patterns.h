#pragma once

#include "engine/catalogue/procedural/canvas.h"

namespace stage::engine::procedural {

/// What is drawn on a rug of `width` x `length` metres.
struct RugDesign {
  std::string pattern;
  float width, length;
  std::vector<Vec3> palette;  ///< ground first; at least one colour
  float wear;                 ///< 0 new, 1 washed out
  uint32_t seed;
};

const std::vector<std::string>& RugPatterns();

/// The face of the rug at about `texel` metres a pixel.
std::shared_ptr<const Texture> DrawRug(const RugDesign& design, float texel);

}  // namespace stage::engine::procedural
