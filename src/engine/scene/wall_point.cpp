#include "engine/scene/wall_point.h"

#include <limits>

namespace stage::engine {

WallPoint MeetWall(const Camera& camera,
                   const std::vector<Wall>& walls,
                   const Eigen::Vector2d& pixel) {
  const Eigen::Vector3d ray = camera.Ray(pixel);
  const Eigen::Vector2d eye(camera.position.x(), camera.position.z());
  const Eigen::Vector2d along(ray.x(), ray.z());
  WallPoint best;
  double nearest = std::numeric_limits<double>::max();
  for (size_t i = 0; i < walls.size(); ++i) {
    const double facing = along.dot(walls[i].normal);
    if (facing >= -1e-9) continue;
    const double t = (walls[i].start - eye).dot(walls[i].normal) / facing;
    const double u = (eye + along * t - walls[i].start).dot(walls[i].direction);
    if (t <= 0 || t >= nearest || u < 0 || u > walls[i].length) continue;
    nearest = t;
    best = {static_cast<int>(i), u, camera.position.y() + ray.y() * t};
  }
  return best;
}

}  // namespace stage::engine
