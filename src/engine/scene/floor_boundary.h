#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/camera_fit.h"

namespace stage::engine {

/// A piece of the visible floor's far boundary: between two directions seen
/// from the camera the floor ends at one wall plane.
struct BoundaryRun {
  /// Axis the wall runs along: kX for a wall z = plane, kZ for x = plane,
  /// kOblique for oblique_normal · (x, z) = plane, kNone where something nearer
  /// than the picture's edge hides all floor.
  Axis along = Axis::kNone;
  double plane = 0;         ///< in camera heights
  double from = 0, to = 0;  ///< azimuth, radians, 0 = -Z, right positive
  double support = 0;       ///< 0..1, line support along the run
  Eigen::Vector2d oblique_normal{0, 0};  ///< unit length, (x, z)

  /// Unit normal (x, z) of the wall; its points p have Normal() · p = plane.
  Eigen::Vector2d Normal() const;

  /// Distance to the wall in direction `azimuth`, in camera heights; infinite
  /// where it is not met.
  double Distance(double azimuth) const;
};

/// Where two walls that are not parallel meet, (x, z).
Eigen::Vector2d CornerOf(const BoundaryRun& a, const BoundaryRun& b);

/// Lets two neighbouring walls end in their corner where it lies within `reach`
/// radians of the left one's end.
void JoinPair(BoundaryRun& left, BoundaryRun& right, double reach);

/// Lets neighbouring walls that nearly meet do so exactly, in their corner.
void JoinRuns(std::vector<BoundaryRun>& runs);

/// The floor points that a picture's pixels look at, prepared so that the masks
/// of many boundaries cost little.
class FloorPoints {
 public:
  explicit FloorPoints(const Camera& camera);

  /// 255 where the camera sees floor in front of the boundary; CV_8U.
  cv::Mat InFrontOf(const std::vector<BoundaryRun>& runs) const;

 private:
  /// CV_32FC3: x and z in camera heights, and the point's turn, which rises
  /// with its azimuth from -2 to 2; kNoFloor where no floor is looked at.
  cv::Mat points_;
};

/// 255 where the camera sees floor in front of the boundary.
cv::Mat BoundaryFloorMask(const Camera& camera,
                          const std::vector<BoundaryRun>& runs);

}  // namespace stage::engine
