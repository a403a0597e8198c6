#pragma once

#include "engine/catalogue/procedural/mesh_builder.h"

namespace stage::engine::procedural {

/// The free space over a shelf board, metres.
struct ShelfSpace {
  float x0, x1, y, height, z0, z1;
};

/// Puts rows of books, lying stacks, vases and boxes on a shelf, with gaps.
void FillShelf(const ShelfSpace& space, uint32_t seed, MeshBuilder& builder);

/// Lying books, largest below, each turned a little; centred on x = z = 0.
/// @return the height of the stack
float AddBookStack(int count,
                   float width,
                   float depth,
                   float y,
                   uint32_t seed,
                   MeshBuilder& builder);

}  // namespace stage::engine::procedural
