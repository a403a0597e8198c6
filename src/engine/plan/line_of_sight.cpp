#include "engine/plan/line_of_sight.h"

#include <algorithm>
#include <optional>

namespace stage::engine {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kOnWall = 0.02;  // metres that a point may lie in a wall

Vector2d OnFloor(const Vector3d& point) { return {point.x(), point.z()}; }

/// Where the way from `eye` to `point` crosses the line from `a` to `b`, as a
/// part of the way.
std::optional<double> Crossing(const Vector2d& eye,
                               const Vector2d& point,
                               const Vector2d& a,
                               const Vector2d& b) {
  const Vector2d way = point - eye, edge = b - a, offset = a - eye;
  const double cross = way.x() * edge.y() - way.y() * edge.x();
  if (std::abs(cross) < 1e-9) return std::nullopt;
  const double along = (offset.x() * edge.y() - offset.y() * edge.x()) / cross;
  const double beside = (offset.x() * way.y() - offset.y() * way.x()) / cross;
  if (along <= 0 || along >= 1 || beside < 0 || beside > 1) return std::nullopt;
  return along;
}

/// Part of the points spread over a box, its sides included, for which
/// `is_hidden` holds.
template <typename IsHidden>
double HiddenShare(const FloorRect& rect,
                   double bottom,
                   double top,
                   const IsHidden& is_hidden) {
  constexpr int kSide = 5, kLevels = 3;
  int hidden = 0;
  for (int i = 0; i < kSide; ++i) {
    for (int j = 0; j < kSide; ++j) {
      const Vector2d at = rect.At(rect.width * (i / (kSide - 1.0) - 0.5),
                                  rect.depth * (j / (kSide - 1.0) - 0.5));
      for (int k = 0; k < kLevels; ++k) {
        const double y = bottom + (top - bottom) * (k + 0.5) / kLevels;
        hidden += is_hidden(Vector3d(at.x(), y, at.y()));
      }
    }
  }
  return static_cast<double>(hidden) / (kSide * kSide * kLevels);
}

}  // namespace

LineOfSight::LineOfSight(const Scene& scene)
    : walls_(scene.room.Walls()),
      obstacles_(scene.obstacles),
      eye_(scene.camera.position) {
  std::erase_if(walls_, [](const Wall& wall) { return !wall.real; });
  if (scene.trust != SceneTrust::kRoom || !scene.room.Contains(OnFloor(eye_))) {
    walls_.clear();
  }
}

bool LineOfSight::WallsHide(const Vector3d& point) const {
  const Vector2d eye = OnFloor(eye_), at = OnFloor(point);
  const double length = (at - eye).norm();
  return std::ranges::any_of(walls_, [&](const Wall& wall) {
    const auto along = Crossing(
        eye, at, wall.start, wall.start + wall.direction * wall.length);
    return along && (1 - *along) * length > kOnWall;
  });
}

bool LineOfSight::ObstaclesHide(const Vector3d& point) const {
  const Vector2d eye = OnFloor(eye_), at = OnFloor(point);
  for (const Obstacle& obstacle : obstacles_) {
    const size_t count = obstacle.footprint.size();
    for (size_t i = 0; i < count; ++i) {
      const auto along = Crossing(
          eye, at, obstacle.footprint[i], obstacle.footprint[(i + 1) % count]);
      if (!along) continue;
      const double height = eye_.y() + (point.y() - eye_.y()) * *along;
      if (height < obstacle.height) return true;
    }
  }
  return false;
}

double LineOfSight::BehindWalls(const FloorRect& rect,
                                double bottom,
                                double top) const {
  return HiddenShare(rect, bottom, top, [this](const Vector3d& point) {
    return WallsHide(point);
  });
}

double LineOfSight::BehindObstacles(const FloorRect& rect,
                                    double bottom,
                                    double top) const {
  return HiddenShare(rect, bottom, top, [this](const Vector3d& point) {
    return ObstaclesHide(point);
  });
}

}  // namespace stage::engine
