#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Things in the photo that stand on the floor: what is behind them must not
/// be drawn over them.
class ObstacleSet {
 public:
  /// @param free_floor  255 where the photo shows free floor, any size, or
  ///                    empty; must outlive this
  ObstacleSet(const std::vector<Obstacle>& obstacles,
              const ImageU8& free_floor);
  /// Metres to the first obstacle along a unit direction; `reach` if none is
  /// nearer.
  float Distance(const Eigen::Vector3f& origin,
                 const Eigen::Vector3f& direction,
                 float reach) const;
  /// Whether the photo shows floor at a point, given as fractions of its sides:
  /// nothing stands in front there, however tall things are taken to be.
  bool FloorShows(float x, float y) const;

 private:
  struct Column {
    std::vector<Eigen::Vector2f> outline;
    float height;
  };
  std::vector<Column> columns_;
  const ImageU8& free_floor_;
};

}  // namespace stage::engine
