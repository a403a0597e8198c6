#pragma once

#include "core/image.h"
#include "engine/plan/plan.h"

namespace stage::bench {

/// The photo with a wire box around every piece, doors and windows outlined,
/// and a plan of the room seen from above at its right side.
/// @param srgb  8-bit RGB, long edge about 1000 px
ImageU8 DrawPlan(const ImageU8& srgb,
                 const engine::Scene& scene,
                 const engine::Catalogue& catalogue,
                 const engine::Plan& plan);

}  // namespace stage::bench
