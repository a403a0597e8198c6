#pragma once

#include <optional>
#include <vector>

#include "engine/scene/camera.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {

/// The room axis a line runs along; kOblique is one more horizontal direction,
/// of a wall that stands at another angle, as in a bay.
enum class Axis { kX = 0, kY = 1, kZ = 2, kOblique = 3, kNone = 4 };

/// What is known about a camera before looking at lines.
struct CameraPrior {
  double focal_px = 0;            ///< expected focal length, working pixels
  double focal_log_sigma = 0.35;  ///< of ln focal_px
  /// Fixed by the user, in degrees; only the rest is searched.
  std::optional<Eigen::Vector3d> pitch_roll_yaw_degrees;
  double shift =
      0;          ///< with these: principal point below the centre, of height
  double k1 = 0;  ///< with these
};

/// A camera that explains the lines of a picture, and how well it does.
struct CameraFit {
  Camera camera;     ///< at height 1, for the working picture
  double score = 0;  ///< weighted share of lines explained, less the priors
};

/// Finds cameras whose three room axes explain the lines: pitch, roll, yaw,
/// focal length, then vertical lens shift and radial distortion where the
/// lines ask for them. A deterministic grid followed by descent; no sampling.
/// @param floor_weight  multiplies the weight of lines in the lower part of
///        the picture: joints of tiles and boards laid diagonally otherwise
///        outvote the walls
/// @return distinct local optima, best first; empty without lines
std::vector<CameraFit> FitCameras(const std::vector<LineSegment>& segments,
                                  int width_px,
                                  int height_px,
                                  const CameraPrior& prior,
                                  double floor_weight);

/// The same camera turned by about 45 degrees in yaw, then refined: what a
/// room looks like whose floor is laid diagonally, when the floor has fooled
/// the first fit.
CameraFit TurnedCamera(const std::vector<LineSegment>& segments,
                       const Camera& camera,
                       const CameraPrior& prior);

/// How well one camera explains the lines, as FitCameras scores it.
double ScoreCamera(const std::vector<LineSegment>& segments,
                   const Camera& camera,
                   const CameraPrior& prior,
                   double floor_weight);

/// The axis whose vanishing point a segment aims at, kNone when it misses all
/// by more than `tolerance_degrees`.
Axis ClassifySegment(const LineSegment& segment,
                     const Camera& camera,
                     double tolerance_degrees);

/// Angle in degrees between a segment and the direction from its midpoint to
/// the vanishing point of a world direction, both undistorted.
double VanishingError(const LineSegment& segment,
                      const Camera& camera,
                      const Eigen::Vector3d& direction);

/// The same for kX, kY or kZ.
double VanishingError(const LineSegment& segment,
                      const Camera& camera,
                      Axis axis);

}  // namespace stage::engine
