#pragma once

#include <Eigen/Core>
#include <string>

#include "core/photo/photo.h"
#include "engine/render/parallel.h"
#include "engine/scene/camera.h"

namespace stage::engine {

/// How a camera must have been turned, and how sure that is.
struct Tilt {
  Camera camera;  ///< of the full photo; pitch and roll refined
  double pitch_degrees = 0;
  double roll_degrees = 0;
  /// Why the picture had better be left alone, a clause such as "too few
  /// upright lines"; empty when the tilt is sure.
  std::string doubt;
};

/// Refines pitch and roll of a scene's camera on the picture's upright lines
/// and judges how well these agree.
/// @param srgb    8-bit analysis copy of the photo
/// @param camera  of the full photo, as AnalyzeScene gives it
Tilt MeasureTilt(const ImageU8& srgb, const Camera& camera);

/// What an upright camera at the same place would see: `focal_px` and size are
/// those of the photo, the part that the photo covers is `scale` of it.
struct UprightView {
  Camera tilted;
  Eigen::Matrix3d to_tilted;     ///< rays of the upright camera to rays
  Eigen::Vector2d center{0, 0};  ///< of the kept part, in the upright plane
  double scale = 1;              ///< kept width / photo's width; may pass 1

  /// Where in the photo a pixel of the upright picture lies.
  Eigen::Vector2d Source(const Eigen::Vector2d& pixel) const;
};

/// The largest part of the photo's aspect ratio that is covered everywhere.
UprightView PlanUprightView(const Camera& tilted);

/// Resamples the photo, alpha too, at its own depth and size (Lanczos).
/// @throws Error(kInterrupted)
Photo DrawUprightView(const UprightView& view,
                      const Photo& photo,
                      const WorkControl& control);

}  // namespace stage::engine
