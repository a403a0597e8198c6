#pragma once

#include "core/image.h"
#include "engine/render/light_field.h"

namespace stage::engine {

/// How much brighter the sun makes each floor pixel than its surroundings: 1
/// where no sun falls, up to 4.5. Render size reduced to a long edge of at
/// most 768 px, one channel; empty when there is no sun on the floor.
ImageF FindSunPatches(const LightField& field, const ImageF& photo_linear);

/// Bilinear read at a point given as fractions of width and height.
float SunAt(const ImageF& patches, float x, float y);

}  // namespace stage::engine
