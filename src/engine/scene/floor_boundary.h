#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/camera_fit.h"

namespace stage::engine {

/// A piece of the visible floor's far boundary: between two directions seen
/// from the camera the floor ends at one wall plane.
struct BoundaryRun {
  /// Axis the wall runs along: kX for a wall z = plane, kZ for x = plane,
  /// kNone where something nearer than the picture's edge hides all floor.
  Axis along = Axis::kNone;
  double plane = 0;         ///< in camera heights
  double from = 0, to = 0;  ///< azimuth, radians, 0 = -Z, right positive
  double support = 0;       ///< 0..1, line support along the run

  /// Distance to the wall in direction `azimuth`, in camera heights; infinite
  /// where it is not met.
  double Distance(double azimuth) const;
};

/// Lets neighbouring walls that nearly meet do so exactly, in their corner.
void JoinRuns(std::vector<BoundaryRun>& runs);

/// 255 where the camera sees floor in front of the boundary.
cv::Mat BoundaryFloorMask(const Camera& camera,
                          const std::vector<BoundaryRun>& runs);

}  // namespace stage::engine
