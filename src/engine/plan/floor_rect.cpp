#include "engine/plan/floor_rect.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stage::engine {
namespace {

using Eigen::Vector2d;

double Cross(const Vector2d& a, const Vector2d& b) {
  return a.x() * b.y() - a.y() * b.x();
}

/// Extent of points along an axis.
template <typename Points>
std::pair<double, double> Extent(const Points& points, const Vector2d& axis) {
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (const Vector2d& point : points) {
    const double along = point.dot(axis);
    low = std::min(low, along);
    high = std::max(high, along);
  }
  return {low, high};
}

/// Separating axis test along one axis.
template <typename A, typename B>
bool Apart(const A& a, const B& b, const Vector2d& axis, double gap) {
  const auto [a_low, a_high] = Extent(a, axis);
  const auto [b_low, b_high] = Extent(b, axis);
  return a_high + gap <= b_low || b_high + gap <= a_low;
}

bool PolygonContains(const std::vector<Vector2d>& polygon,
                     const Vector2d& point) {
  bool inside = false;
  for (size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Vector2d& a = polygon[i];
    const Vector2d& b = polygon[j];
    if ((a.y() > point.y()) != (b.y() > point.y()) &&
        point.x() <
            (b.x() - a.x()) * (point.y() - a.y()) / (b.y() - a.y()) + a.x()) {
      inside = !inside;
    }
  }
  return inside;
}

bool SegmentsCross(const Vector2d& a,
                   const Vector2d& b,
                   const Vector2d& c,
                   const Vector2d& d) {
  const double abc = Cross(b - a, c - a);
  const double abd = Cross(b - a, d - a);
  const double cda = Cross(d - c, a - c);
  const double cdb = Cross(d - c, b - c);
  return abc * abd < 0 && cda * cdb < 0;
}

}  // namespace

Vector2d FloorRect::Right() const { return {std::cos(yaw), -std::sin(yaw)}; }
Vector2d FloorRect::Front() const { return {std::sin(yaw), std::cos(yaw)}; }

Vector2d FloorRect::At(double right, double front) const {
  return center + Right() * right + Front() * front;
}

std::array<Vector2d, 4> FloorRect::Corners() const {
  const Vector2d right = Right() * (width / 2), front = Front() * (depth / 2);
  return {center - right - front,
          center + right - front,
          center + right + front,
          center - right + front};
}

FloorRect FloorRect::Grown(double margin) const {
  FloorRect grown = *this;
  grown.width = std::max(0.0, width + 2 * margin);
  grown.depth = std::max(0.0, depth + 2 * margin);
  return grown;
}

double FloorRect::Distance(const Vector2d& point) const {
  const Vector2d offset = point - center;
  const double right = std::max(0.0, std::abs(offset.dot(Right())) - width / 2);
  const double front = std::max(0.0, std::abs(offset.dot(Front())) - depth / 2);
  return std::hypot(right, front);
}

double YawTowards(const Vector2d& direction) {
  return std::atan2(direction.x(), direction.y());
}

bool Collide(const FloorRect& a, const FloorRect& b, double gap) {
  const auto corners_a = a.Corners();
  const auto corners_b = b.Corners();
  for (const Vector2d& axis : {a.Right(), a.Front(), b.Right(), b.Front()}) {
    if (Apart(corners_a, corners_b, axis, gap)) return false;
  }
  return true;
}

bool Collide(const FloorRect& rect, const std::vector<Vector2d>& convex) {
  if (convex.size() < 3) return false;
  const auto corners = rect.Corners();
  for (const Vector2d& axis : {rect.Right(), rect.Front()}) {
    if (Apart(corners, convex, axis, 0)) return false;
  }
  for (size_t i = 0; i < convex.size(); ++i) {
    const Vector2d edge = convex[(i + 1) % convex.size()] - convex[i];
    if (edge.norm() < 1e-9) continue;
    const Vector2d axis = Vector2d(-edge.y(), edge.x()).normalized();
    if (Apart(corners, convex, axis, 0)) return false;
  }
  return true;
}

bool LiesInside(const FloorRect& rect,
                const std::vector<Vector2d>& polygon,
                double margin) {
  if (polygon.size() < 3) return false;
  const auto corners = rect.Grown(margin).Corners();
  for (const Vector2d& corner : corners) {
    if (!PolygonContains(polygon, corner)) return false;
  }
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Vector2d& a = polygon[i];
    const Vector2d& b = polygon[(i + 1) % polygon.size()];
    for (size_t k = 0; k < 4; ++k) {
      if (SegmentsCross(a, b, corners[k], corners[(k + 1) % 4])) return false;
    }
  }
  return true;
}

}  // namespace stage::engine
