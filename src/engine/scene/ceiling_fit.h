#pragma once

#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

struct CeilingFit {
  double height = 0;   ///< camera heights
  double support = 0;  ///< 0..1, line support along the ceiling's visible edge
};

/// The height at which lines run along the tops of the walls found.
/// @param start  height to begin with; kept when nothing better shows
CeilingFit FitCeiling(const LayoutEvidence& evidence,
                      const std::vector<BoundaryRun>& runs,
                      double start);

}  // namespace stage::engine
