#pragma once

#include <vector>

#include "engine/catalogue/procedural/generator.h"

namespace stage::engine::procedural {

// One function a group of pieces; procedural_pieces.cpp lists them all.
void AppendNightstands(std::vector<Generator>& generators);

}  // namespace stage::engine::procedural
