#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

namespace stage::engine {

/// The footprint of a piece: a rectangle on the floor, turned by `yaw` about
/// +Y as Placement is (0: its front looks to +Z). Floor coordinates are
/// (x, z) in metres.
struct FloorRect {
  Eigen::Vector2d center{0, 0};
  double yaw = 0;
  double width = 0, depth = 0;

  Eigen::Vector2d Right() const;
  Eigen::Vector2d Front() const;
  /// The floor point `right` and `front` metres from the centre.
  Eigen::Vector2d At(double right, double front) const;
  /// Back left, back right, front right, front left, seen from above.
  std::array<Eigen::Vector2d, 4> Corners() const;
  FloorRect Grown(double margin) const;
  double Distance(const Eigen::Vector2d& point) const;
};

/// Yaw of a piece whose front looks along `direction`.
double YawTowards(const Eigen::Vector2d& direction);

/// True when the rectangles come closer than `gap` (< 0: may overlap by it).
bool Collide(const FloorRect& a, const FloorRect& b, double gap);

/// True when a rectangle and a convex polygon overlap.
bool Collide(const FloorRect& rect, const std::vector<Eigen::Vector2d>& convex);

/// True when the rectangle lies in the polygon, its sides kept `margin`
/// from the outline. The polygon may be concave.
bool LiesInside(const FloorRect& rect,
                const std::vector<Eigen::Vector2d>& polygon,
                double margin);

}  // namespace stage::engine
