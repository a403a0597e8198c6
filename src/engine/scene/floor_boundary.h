#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/box_fit.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// A piece of the visible floor's far boundary: between two directions seen
/// from the camera the floor ends at one wall plane.
struct BoundaryRun {
  /// Axis the wall runs along: kX for a wall z = plane, kZ for x = plane,
  /// kNone where something nearer than the picture's edge hides all floor.
  Axis along = Axis::kNone;
  double plane = 0;            ///< in camera heights
  double from = 0, to = 0;     ///< azimuth, radians, 0 = -Z, right positive
  double support = 0;          ///< 0..1, line support along the run

  /// Distance to the wall in direction `azimuth`, in camera heights; infinite
  /// where it is not met.
  double Distance(double azimuth) const;
};

/// Follows the floor's boundary through the picture from left to right as a
/// sequence of walls along the room's axes, by dynamic programming over
/// viewing directions (after Flint, Murray, Reid: "Manhattan scene
/// understanding using monocular, stereo, and 3D features", ICCV 2011).
/// Corners are cheap, jumps (returns, doorways, columns) must be paid for by
/// vertical lines and by what the floor looks like.
/// @param likelihood  CV_32F of half the working picture's size, see
///        FloorLikelihood
/// @param corners  floor points (x, z) in camera heights through which walls
///                 are known to run; may be empty
std::vector<BoundaryRun> FollowFloorBoundary(
    const LayoutEvidence& evidence,
    const Box& box,
    const cv::Mat& likelihood,
    const std::vector<Eigen::Vector2d>& corners);

/// Lets neighbouring walls that nearly meet do so exactly, in their corner.
void JoinRuns(std::vector<BoundaryRun>& runs);

/// 255 where the camera sees floor in front of the boundary.
cv::Mat BoundaryFloorMask(const Camera& camera,
                          const std::vector<BoundaryRun>& runs);

}  // namespace stage::engine
