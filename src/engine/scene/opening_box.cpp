#include <algorithm>
#include <vector>

#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

/// The part of a polygon where `distance` is not negative: one round of
/// Sutherland and Hodgman's clipping.
template <typename Point, typename Distance>
std::vector<Point> Clipped(const std::vector<Point>& polygon,
                           const Distance& distance) {
  std::vector<Point> inside;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    const double da = distance(a), db = distance(b);
    if (da >= 0) inside.push_back(a);
    if ((da >= 0) != (db >= 0)) {
      const Point crossing = a + (b - a) * (da / (da - db));
      inside.push_back(crossing);
    }
  }
  return inside;
}

}  // namespace

std::optional<Eigen::Vector4d> OpeningBoxPx(const Scene& scene,
                                            const Opening& opening) {
  const std::vector<Wall> walls = scene.room.Walls();
  if (opening.wall < 0 || opening.wall >= static_cast<int>(walls.size())) {
    return std::nullopt;
  }
  const Wall& wall = walls[opening.wall];
  const Camera& camera = scene.camera;
  const auto at = [&](double u, double v) {
    const Eigen::Vector2d p = wall.start + wall.direction * u;
    return Eigen::Vector3d(p.x(), v, p.y());
  };
  std::vector<Eigen::Vector3d> rectangle = {at(opening.u0, opening.v0),
                                            at(opening.u1, opening.v0),
                                            at(opening.u1, opening.v1),
                                            at(opening.u0, opening.v1)};
  constexpr double kNearM = 0.05;
  rectangle = Clipped(rectangle, [&](const Eigen::Vector3d& p) {
    return camera.world_to_camera.row(2).dot(p - camera.position) - kNearM;
  });
  // Distortion bends the sides: they are clipped piece by piece.
  constexpr int kPieces = 24;
  std::vector<Eigen::Vector2d> seen;
  for (size_t i = 0; i < rectangle.size(); ++i) {
    const Eigen::Vector3d& a = rectangle[i];
    const Eigen::Vector3d& b = rectangle[(i + 1) % rectangle.size()];
    for (int k = 0; k < kPieces; ++k) {
      const double t = static_cast<double>(k) / kPieces;
      if (const auto p = camera.Project(a + (b - a) * t)) seen.push_back(*p);
    }
  }
  const Eigen::Vector2d size(camera.width_px, camera.height_px);
  for (const int axis : {0, 1}) {
    seen = Clipped(seen, [&](const Eigen::Vector2d& p) { return p[axis]; });
    seen = Clipped(
        seen, [&](const Eigen::Vector2d& p) { return size[axis] - p[axis]; });
  }
  Eigen::Vector2d low = size, high = Eigen::Vector2d::Zero();
  for (const Eigen::Vector2d& p : seen) {
    low = low.cwiseMin(p);
    high = high.cwiseMax(p);
  }
  if (high.x() <= low.x() || high.y() <= low.y()) return std::nullopt;
  return Eigen::Vector4d(
      low.x(), low.y(), high.x() - low.x(), high.y() - low.y());
}

}  // namespace stage::engine
