#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "engine/plan/floor_rect.h"
#include "engine/scene/camera.h"

namespace stage::engine {

/// What one box of the room looks like in the picture. Coordinates are
/// fractions of the picture's width and height, (0, 0) at the top left.
struct BoxView {
  std::vector<Eigen::Vector2d> hull;     ///< convex outline, whole
  std::vector<Eigen::Vector2d> visible;  ///< the part inside the picture
  double visible_fraction = 0;           ///< of the outline's area, 0..1
  double below_picture = 0;  ///< of the outline's area, cut off at the bottom
  double share = 0;          ///< of the picture's area, 0..1
  Eigen::Vector2d low{0, 0}, high{0, 0};  ///< bounds of the visible part
  double distance = 0;  ///< metres from the camera to the footprint's centre
};

/// Looks at boxes through a camera.
class PictureView {
 public:
  explicit PictureView(const Camera& camera) : camera_(camera) {}

  /// A box over `rect` from `bottom` to `top` metres. What lies behind the
  /// camera, or nearer than 0.25 m to its plane, is cut off first; nullopt
  /// when nothing is left.
  std::optional<BoxView> Look(const FloorRect& rect,
                              double bottom,
                              double top) const;
  /// Outline of any set of world points.
  std::optional<BoxView> Look(const std::vector<Eigen::Vector3d>& points) const;
  /// Position of a point in the picture, as fractions.
  std::optional<Eigen::Vector2d> Project(const Eigen::Vector3d& world) const;
  bool Shows(const Eigen::Vector3d& world) const;
  const Camera& camera() const { return camera_; }
  Eigen::Vector2d camera_on_floor() const {
    return {camera_.position.x(), camera_.position.z()};
  }

 private:
  double Depth(const Eigen::Vector3d& world) const;  ///< metres before it

  Camera camera_;
};

/// Area of the part of `behind` that `front` covers, as a fraction of
/// `behind`'s visible part. Both hulls are convex.
double CoveredFraction(const BoxView& behind, const BoxView& front);

/// Area of a polygon.
double PolygonArea(const std::vector<Eigen::Vector2d>& polygon);

}  // namespace stage::engine
