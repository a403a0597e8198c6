#include "engine/scene/openings.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/scene/wall_openings.h"
#include "engine/scene/wall_point.h"

namespace stage::engine {
namespace {

/// The user's pixel box as a rectangle on the wall its middle lies on.
std::optional<Opening> OpeningFromBox(const Scene& scene,
                                      const SceneHints::OpeningBox& box) {
  const Eigen::Vector2d middle(box.x + box.width / 2, box.y + box.height / 2);
  const std::vector<Wall> walls = scene.room.Walls();
  const WallPoint center = MeetWall(scene.camera, walls, middle);
  if (center.wall < 0) return std::nullopt;
  Opening opening;
  opening.kind = box.kind;
  opening.wall = center.wall;
  opening.confidence = 1;
  const auto at = [&](double x, double y) {
    const WallPoint point = MeetWall(scene.camera, walls, {x, y});
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
                         log_sigma,
                         scene.foreground);
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
