#pragma once

#include <Eigen/Core>
#include <vector>

#include "rooms/modelled_room.h"

namespace stage::bench {

/// Answers what the camera of a modelled room can see, exactly.
class Sight {
 public:
  explicit Sight(const RoomSpec& spec);

  /// True when nothing stands between the camera and a point of the room.
  bool Sees(const Eigen::Vector3d& point) const;
  /// 8-bit picture, 255 where floor is seen, halls behind passages included.
  ImageU8 FloorMask() const;

 private:
  bool IsBehindWall(const Eigen::Vector3d& point) const;
  bool IsBehindBlock(const Eigen::Vector3d& point) const;

  const RoomSpec& spec_;
  engine::Camera camera_;
  engine::RoomLayout layout_;
  std::vector<engine::Wall> walls_;
};

}  // namespace stage::bench
