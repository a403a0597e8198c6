#include "engine/plan/picture_view.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using Polygon = std::vector<Vector2d>;

constexpr double kNearestDepth = 0.25;  // metres

double Cross(const Vector2d& o, const Vector2d& a, const Vector2d& b) {
  return (a.x() - o.x()) * (b.y() - o.y()) - (a.y() - o.y()) * (b.x() - o.x());
}

/// Andrew's monotone chain; counter-clockwise with y up.
Polygon ConvexHull(Polygon points) {
  std::sort(
      points.begin(), points.end(), [](const Vector2d& a, const Vector2d& b) {
        return a.x() != b.x() ? a.x() < b.x() : a.y() < b.y();
      });
  Polygon hull;
  const auto extend = [&hull](const Vector2d& point, size_t floor) {
    while (hull.size() >= floor + 2 &&
           Cross(hull[hull.size() - 2], hull.back(), point) <= 0) {
      hull.pop_back();
    }
    hull.push_back(point);
  };
  for (const Vector2d& point : points) extend(point, 0);
  const size_t lower = hull.size() - 1;
  for (auto point = points.rbegin() + 1; point != points.rend(); ++point) {
    extend(*point, lower);
  }
  hull.pop_back();
  return hull;
}

/// Sutherland–Hodgman against the half plane left of a → b.
Polygon ClipHalf(const Polygon& subject, const Vector2d& a, const Vector2d& b) {
  Polygon result;
  for (size_t i = 0; i < subject.size(); ++i) {
    const Vector2d& p = subject[i];
    const Vector2d& q = subject[(i + 1) % subject.size()];
    const double side_p = Cross(a, b, p);
    const double side_q = Cross(a, b, q);
    if (side_p >= 0) result.push_back(p);
    if ((side_p > 0 && side_q < 0) || (side_p < 0 && side_q > 0)) {
      result.push_back(p + (q - p) * (side_p / (side_p - side_q)));
    }
  }
  return result;
}

Polygon Intersect(Polygon subject, const Polygon& convex) {
  for (size_t i = 0; i < convex.size() && subject.size() >= 3; ++i) {
    subject = ClipHalf(subject, convex[i], convex[(i + 1) % convex.size()]);
  }
  return subject;
}

const Polygon& PictureFrame() {
  static const Polygon frame = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  return frame;
}

}  // namespace

double PolygonArea(const Polygon& polygon) {
  double twice = 0;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Vector2d& a = polygon[i];
    const Vector2d& b = polygon[(i + 1) % polygon.size()];
    twice += a.x() * b.y() - a.y() * b.x();
  }
  return std::abs(twice) / 2;
}

double PictureView::Depth(const Vector3d& world) const {
  return (camera_.world_to_camera * (world - camera_.position)).z();
}

std::optional<Vector2d> PictureView::Project(const Vector3d& world) const {
  if (Depth(world) < kNearestDepth) return std::nullopt;
  const auto pixel = camera_.Project(world);
  if (!pixel) return std::nullopt;
  return Vector2d(pixel->x() / camera_.width_px,
                  pixel->y() / camera_.height_px);
}

bool PictureView::Shows(const Vector3d& world) const {
  const auto at = Project(world);
  return at && at->x() >= 0 && at->x() <= 1 && at->y() >= 0 && at->y() <= 1;
}

std::optional<BoxView> PictureView::Look(
    const std::vector<Vector3d>& points) const {
  std::vector<Vector3d> ahead, behind;
  for (const Vector3d& point : points) {
    (Depth(point) < kNearestDepth ? behind : ahead).push_back(point);
  }
  // The convex body ends at the plane, where lines between its points do.
  const size_t whole_points = ahead.size();
  for (size_t i = 0; i < whole_points; ++i) {
    for (const Vector3d& far_point : behind) {
      const double from = Depth(ahead[i]), to = Depth(far_point);
      // A hair beyond the plane, so that rounding cannot put it before.
      const double share = (from - kNearestDepth) / (from - to) * (1 - 1e-9);
      ahead.push_back(ahead[i] + (far_point - ahead[i]) * share);
    }
  }
  Polygon projected;
  for (const Vector3d& point : ahead) {
    if (const auto at = Project(point)) projected.push_back(*at);
  }
  if (projected.size() < 3) return std::nullopt;
  BoxView view;
  view.hull = ConvexHull(std::move(projected));
  if (view.hull.size() < 3) return std::nullopt;
  view.visible = Intersect(view.hull, PictureFrame());
  view.share = PolygonArea(view.visible);
  const double whole = PolygonArea(view.hull);
  view.visible_fraction = whole > 1e-12 ? view.share / whole : 0;
  view.below_picture =
      whole > 1e-12 ? PolygonArea(ClipHalf(view.hull, {0, 1}, {1, 1})) / whole
                    : 0;
  if (!view.visible.empty()) {
    view.low = view.high = view.visible.front();
    for (const Vector2d& point : view.visible) {
      view.low = view.low.cwiseMin(point);
      view.high = view.high.cwiseMax(point);
    }
  }
  return view;
}

std::optional<BoxView> PictureView::Look(const FloorRect& rect,
                                         double bottom,
                                         double top) const {
  std::vector<Vector3d> points;
  points.reserve(8);
  for (const Vector2d& corner : rect.Corners()) {
    points.emplace_back(corner.x(), bottom, corner.y());
    points.emplace_back(corner.x(), top, corner.y());
  }
  std::optional<BoxView> view = Look(points);
  if (view) view->distance = (rect.center - camera_on_floor()).norm();
  return view;
}

double CoveredFraction(const BoxView& behind, const BoxView& front) {
  if (behind.share <= 1e-9 || front.visible.size() < 3) return 0;
  if (behind.low.x() >= front.high.x() || front.low.x() >= behind.high.x() ||
      behind.low.y() >= front.high.y() || front.low.y() >= behind.high.y()) {
    return 0;
  }
  return PolygonArea(Intersect(behind.visible, front.visible)) / behind.share;
}

}  // namespace stage::engine
