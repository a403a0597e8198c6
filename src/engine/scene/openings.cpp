#include "engine/scene/openings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "engine/scene/wall_openings.h"

namespace stage::engine {
namespace {

/// Where a pixel's ray first meets a wall: wall index, metres along it, up.
struct WallPoint {
  int wall = -1;
  double u = 0, v = 0;
};

WallPoint MeetWall(const Scene& scene, const Eigen::Vector2d& pixel) {
  const Eigen::Vector3d ray = scene.camera.Ray(pixel);
  const Eigen::Vector2d eye(scene.camera.position.x(),
                            scene.camera.position.z());
  const Eigen::Vector2d along(ray.x(), ray.z());
  WallPoint best;
  double nearest = std::numeric_limits<double>::max();
  const std::vector<Wall> walls = scene.room.Walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    const double facing = along.dot(walls[i].normal);
    if (facing >= -1e-9) continue;
    const double t = (walls[i].start - eye).dot(walls[i].normal) / facing;
    const double u = (eye + along * t - walls[i].start).dot(walls[i].direction);
    if (t <= 0 || t >= nearest || u < 0 || u > walls[i].length) continue;
    nearest = t;
    best = {static_cast<int>(i), u, scene.camera.position.y() + ray.y() * t};
  }
  return best;
}

/// The user's pixel box as a rectangle on the wall its middle lies on.
std::optional<Opening> OpeningFromBox(const Scene& scene,
                                      const SceneHints::OpeningBox& box) {
  const Eigen::Vector2d middle(box.x + box.width / 2, box.y + box.height / 2);
  const WallPoint center = MeetWall(scene, middle);
  if (center.wall < 0) return std::nullopt;
  Opening opening;
  opening.kind = box.kind;
  opening.wall = center.wall;
  opening.confidence = 1;
  const auto at = [&](double x, double y) {
    const WallPoint point = MeetWall(scene, {x, y});
    return point.wall == center.wall ? point : center;
  };
  const WallPoint left = at(box.x, middle.y());
  const WallPoint right = at(box.x + box.width, middle.y());
  const WallPoint top = at(middle.x(), box.y);
  const WallPoint bottom = at(middle.x(), box.y + box.height);
  opening.u0 = std::min(left.u, right.u);
  opening.u1 = std::max(left.u, right.u);
  opening.v1 = std::min(top.v, scene.room.height);
  opening.v0 = box.kind == OpeningKind::kWindow ? std::max(0.0, bottom.v) : 0;
  if (opening.u1 - opening.u0 < 0.05 || opening.v1 - opening.v0 < 0.05) {
    return std::nullopt;
  }
  return opening;
}

/// Makes everything in the scene `factor` times as large. A ceiling that is
/// not seen stays as high as ceilings are.
void ScaleScene(double factor, Scene& scene) {
  const double height = scene.room.height;
  scene.camera.position *= factor;
  scene.room.Scale(factor);
  if (!scene.room.ceiling_visible) {
    scene.room.height = std::max(height, scene.room.height);
  }
  for (Obstacle& obstacle : scene.obstacles) {
    for (Eigen::Vector2d& p : obstacle.footprint) p *= factor;
    obstacle.height *= factor;
  }
}

}  // namespace

void FindOpenings(const ImageU8& srgb,
                  const SceneHints& hints,
                  double log_sigma,
                  Scene& scene) {
  if (!hints.openings) {
    WallOpenings found =
        FindWallOpenings(srgb,
                         scene.camera.Resized(srgb.width(), srgb.height()),
                         scene.room,
                         log_sigma);
    if (found.scale != 1) ScaleScene(found.scale, scene);
    scene.room.openings = std::move(found.openings);
    return;
  }
  for (const SceneHints::OpeningBox& box : *hints.openings) {
    if (const auto opening = OpeningFromBox(scene, box)) {
      scene.room.openings.push_back(*opening);
    }
  }
}

}  // namespace stage::engine
