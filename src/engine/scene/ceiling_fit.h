#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

struct CeilingFit {
  double height = 0;   ///< camera heights
  double support = 0;  ///< 0..1, how well its visible edge shows
  /// How high the room's corners are seen to rise, camera heights: no ceiling
  /// is lower. 0: no corner shows.
  double least_height = 0;
};

/// The height at which lines, or steps of colour too faint for lines, run along
/// the tops of the walls found and end their corners: the corners of a room run
/// on past the lintel of a door or window.
/// @param half_lab  CV_32FC3 of half the working picture's size
/// @param start  height to begin with; kept when nothing better shows
CeilingFit FitCeiling(const LayoutEvidence& evidence,
                      const cv::Mat& half_lab,
                      const std::vector<BoundaryRun>& runs,
                      double start);

}  // namespace stage::engine
