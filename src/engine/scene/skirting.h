#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"

namespace stage::engine {

/// Moves walls whose boundary was put on the upper edge of their skirting
/// board down to its lower edge: where a second line runs below, 2 to 18 cm
/// lower on the wall, and the strip between differs from the floor beneath it
/// all along, as a board does and a row of planks or tiles does not.
/// @param lab  CV_32FC3 of half the working picture's size
void DropBelowSkirting(const LayoutEvidence& evidence,
                       const cv::Mat& lab,
                       std::vector<BoundaryRun>& runs);

}  // namespace stage::engine
