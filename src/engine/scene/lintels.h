#pragma once

#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// Carries walls on across passages: where floor is seen past a wall's end,
/// and a level line as high as a lintel runs on in the wall's plane above it,
/// the wall has an opening there and goes on.
/// @param ceiling  camera heights; a line up there is the ceiling's own edge
std::vector<BoundaryRun> CarryUnderLintels(const LayoutEvidence& evidence,
                                           double ceiling,
                                           std::vector<BoundaryRun> runs);

}  // namespace stage::engine
