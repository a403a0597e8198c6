#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/floor_panorama.h"

namespace stage::engine {

/// Lets walls that hardly any line supports follow the edge of the floor's
/// colour instead: farther, nearer or turned by some degrees, as a wall that is
/// slightly bent or not quite square to the others. A turned wall becomes
/// kOblique. Where the colour has no edge, runs stay as they are.
/// @param likelihood  CV_32F of any size, see FloorLikelihood
void AlignWeakRuns(const FloorPanorama& view,
                   const cv::Mat& likelihood,
                   std::vector<BoundaryRun>& runs);

}  // namespace stage::engine
