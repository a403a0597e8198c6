#pragma once

#include "engine/catalogue/procedural/generator.h"

namespace stage::engine::procedural {

/// Where a mattress lies: x from -width/2 to width/2, z from `head` to `foot`
/// (head < foot), y from `bottom` to `top`, metres.
struct MattressPlace {
  float width, head, foot, bottom, top;
};

/// What makes a bed look made.
struct BeddingOptions {
  int pillows = 4;  ///< sleeping pillows; in rows of two on a wide bed
  int cushions = 3;
  bool pillows_lie = false;  ///< flat, where there is no headboard to lean on
  bool duvet = true, fold = true, throw_blanket = true;
  std::string duvet_cloth = "linen", throw_cloth = "knit",
              accent_cloth = "linen";
  float overhang = 0.3f;  ///< duvet below the mattress top, metres
};

/// Adds mattress, duvet, pillows, cushions and throw.
void AddBedding(const MattressPlace& place,
                const BeddingOptions& options,
                uint32_t seed,
                MeshBuilder& builder);

}  // namespace stage::engine::procedural
