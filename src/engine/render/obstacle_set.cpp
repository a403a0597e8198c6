#include "engine/render/obstacle_set.h"

#include <cmath>

namespace stage::engine {

ObstacleSet::ObstacleSet(const std::vector<Obstacle>& obstacles,
                         const ImageU8& free_floor)
    : free_floor_(free_floor) {
  for (const Obstacle& obstacle : obstacles) {
    if (obstacle.footprint.size() < 3 || obstacle.height <= 0) continue;
    Column column;
    column.height = static_cast<float>(obstacle.height);
    for (const Eigen::Vector2d& p : obstacle.footprint) {
      column.outline.push_back(p.cast<float>());
    }
    columns_.push_back(std::move(column));
  }
}

bool ObstacleSet::FloorShows(float x, float y) const {
  if (free_floor_.empty() || x < 0 || y < 0 || x >= 1 || y >= 1) return false;
  return free_floor_.at(static_cast<int>(x * free_floor_.width()),
                        static_cast<int>(y * free_floor_.height())) > 127;
}

float ObstacleSet::Distance(const Eigen::Vector3f& origin,
                            const Eigen::Vector3f& direction,
                            float reach) const {
  for (const Column& column : columns_) {
    const size_t count = column.outline.size();
    bool under_top = false;
    const float to_top = std::fabs(direction.y()) > 1e-6f
                             ? (column.height - origin.y()) / direction.y()
                             : -1;
    const Eigen::Vector3f top = origin + direction * to_top;
    for (size_t i = 0; i < count; ++i) {
      const Eigen::Vector2f& a = column.outline[i];
      const Eigen::Vector2f& b = column.outline[(i + 1) % count];
      if (to_top > 0 && (a.y() > top.z()) != (b.y() > top.z()) &&
          top.x() <
              a.x() + (top.z() - a.y()) / (b.y() - a.y()) * (b.x() - a.x())) {
        under_top = !under_top;
      }
      const Eigen::Vector2f edge = b - a;
      const float cross = direction.x() * edge.y() - direction.z() * edge.x();
      if (std::fabs(cross) < 1e-9f) continue;
      const float ax = a.x() - origin.x(), az = a.y() - origin.z();
      const float t = (ax * edge.y() - az * edge.x()) / cross;
      const float s = (ax * direction.z() - az * direction.x()) / cross;
      const float y = origin.y() + t * direction.y();
      if (t > 0 && t < reach && s >= 0 && s <= 1 && y >= 0 &&
          y <= column.height) {
        reach = t;
      }
    }
    if (under_top && to_top < reach) reach = to_top;
  }
  return reach;
}

}  // namespace stage::engine
