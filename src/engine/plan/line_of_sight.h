#pragma once

#include <Eigen/Core>
#include <vector>

#include "engine/plan/floor_rect.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What the room itself hides from the camera: its corners and the things that
/// the photo shows standing in it.
class LineOfSight {
 public:
  /// @param scene  its walls hide what is behind them where they are real and
  ///               known, and the camera stands between them
  explicit LineOfSight(const Scene& scene);

  /// Part of a box over `rect`, from `bottom` to `top` metres, that stands
  /// behind a corner of the room, 0..1.
  double BehindWalls(const FloorRect& rect, double bottom, double top) const;
  /// Part of it that stands behind obstacles, 0..1.
  double BehindObstacles(const FloorRect& rect,
                         double bottom,
                         double top) const;

 private:
  bool WallsHide(const Eigen::Vector3d& point) const;
  bool ObstaclesHide(const Eigen::Vector3d& point) const;

  std::vector<Wall> walls_;
  std::vector<Obstacle> obstacles_;
  Eigen::Vector3d eye_{0, 0, 0};
};

}  // namespace stage::engine
