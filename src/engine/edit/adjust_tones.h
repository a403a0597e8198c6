#pragma once

#include "core/adjustments.h"
#include "core/photo/photo.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// Applies all of the adjustments but the verticals, in place and in this
/// order: white balance and exposure in linear light; highlights, shadows and
/// clarity by an edge-preserving base of the picture's luminance; whites,
/// blacks and contrast as one tone curve; saturation in Oklab. Brightened
/// tones roll off into white instead of clipping.
/// @throws Error(kInterrupted)
void AdjustTones(const Adjustments& adjustments,
                 const ColorConverter& converter,
                 const WorkControl& control,
                 Photo& photo);

}  // namespace stage::engine
