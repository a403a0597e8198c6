#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// Moves walls whose boundary was put on the upper edge of their skirting
/// board down to its lower edge: where a second line runs below, 2 to 18 cm
/// lower on the wall, and the strip between differs from the floor beneath it
/// all along, as a board does and a row of planks or tiles does not.
/// Shade at a wall's foot still looks like floor and is left alone.
/// @param lab         CV_32FC3 of half the working picture's size
/// @param likelihood  CV_32F of the same size, see FloorLikelihood
void DropBelowSkirting(const LayoutEvidence& evidence,
                       const cv::Mat& lab,
                       const cv::Mat& likelihood,
                       std::vector<BoundaryRun>& runs);

}  // namespace stage::engine
