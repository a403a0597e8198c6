#include "engine/scene/room_layout.h"

#include <cmath>

namespace stage::engine {
namespace {

/// Signed area on the page: X right, Z down; counter-clockwise is positive.
double SignedArea(const std::vector<Eigen::Vector2d>& outline) {
  double twice = 0;
  for (size_t i = 0; i < outline.size(); ++i) {
    const Eigen::Vector2d& a = outline[i];
    const Eigen::Vector2d& b = outline[(i + 1) % outline.size()];
    twice += a.y() * b.x() - a.x() * b.y();
  }
  return twice / 2;
}

}  // namespace

std::vector<Wall> RoomLayout::Walls() const {
  std::vector<Wall> walls;
  for (size_t i = 0; i < floor.size(); ++i) {
    const Eigen::Vector2d& next = floor[(i + 1) % floor.size()];
    Wall wall;
    wall.start = floor[i];
    wall.length = (next - floor[i]).norm();
    wall.direction = wall.length > 0
                         ? Eigen::Vector2d((next - floor[i]) / wall.length)
                         : Eigen::Vector2d(1, 0);
    wall.normal = {wall.direction.y(), -wall.direction.x()};
    wall.visible = i < wall_is_visible.size() && wall_is_visible[i];
    wall.real = i >= wall_is_real.size() || wall_is_real[i];
    walls.push_back(wall);
  }
  return walls;
}

bool RoomLayout::Contains(const Eigen::Vector2d& point) const {
  bool inside = false;
  for (size_t i = 0, j = floor.size() - 1; i < floor.size(); j = i++) {
    const Eigen::Vector2d &a = floor[i], &b = floor[j];
    if ((a.y() > point.y()) == (b.y() > point.y())) continue;
    const double x =
        a.x() + (b.x() - a.x()) * (point.y() - a.y()) / (b.y() - a.y());
    if (point.x() < x) inside = !inside;
  }
  return inside;
}

double RoomLayout::FloorArea() const { return std::abs(SignedArea(floor)); }

void RoomLayout::Scale(double factor) {
  for (Eigen::Vector2d& corner : floor) corner *= factor;
  height *= factor;
  for (Opening& opening : openings) {
    opening.u0 *= factor;
    opening.u1 *= factor;
    opening.v0 *= factor;
    opening.v1 *= factor;
  }
}

}  // namespace stage::engine
