#pragma once

#include <Eigen/Core>
#include <vector>

#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Things in the photo that stand on the floor: what is behind them must not
/// be drawn over them.
class ObstacleSet {
 public:
  explicit ObstacleSet(const std::vector<Obstacle>& obstacles);
  /// Metres to the first obstacle along a unit direction; `reach` if none is
  /// nearer.
  float Distance(const Eigen::Vector3f& origin,
                 const Eigen::Vector3f& direction,
                 float reach) const;

 private:
  struct Column {
    std::vector<Eigen::Vector2f> outline;
    float height;
  };
  std::vector<Column> columns_;
};

}  // namespace stage::engine
