#pragma once

#include <Eigen/Core>
#include <vector>

#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Where a ray meets the empty room.
struct RoomHit {
  float distance = 0;  ///< metres
  int face = -1;  ///< index into RoomPrism::faces(); -1: left through a gap
  Eigen::Vector3f point{0, 0, 0};
};

/// The empty room as a closed vertical prism seen from inside: floor, ceiling
/// and one wall an edge of the outline, which may be any simple polygon.
class RoomPrism {
 public:
  static constexpr int kFloor = 0;
  static constexpr int kCeiling = 1;
  static constexpr int kFirstWall = 2;  ///< face of RoomLayout::Walls()[0]

  /// A rectangle that encloses the face: p = origin + u * axis_u + v * axis_v
  /// for 0 <= u <= length_u, 0 <= v <= length_v.
  struct Face {
    Eigen::Vector3f origin, axis_u, axis_v, normal;
    float length_u = 0, length_v = 0;

    Eigen::Vector2f Coordinates(const Eigen::Vector3f& point) const {
      const Eigen::Vector3f d = point - origin;
      return {d.dot(axis_u), d.dot(axis_v)};
    }
  };

  explicit RoomPrism(const RoomLayout& room);

  /// The first surface on the way out; `direction` is a unit vector.
  RoomHit Intersect(const Eigen::Vector3f& origin,
                    const Eigen::Vector3f& direction) const;
  const std::vector<Face>& faces() const { return faces_; }
  bool Contains(float x, float z) const;

 private:
  struct WallLine {
    float x, z, direction_x, direction_z, normal_x, normal_z, length;
  };
  std::vector<Face> faces_;
  std::vector<WallLine> walls_;
  float height_;
};

}  // namespace stage::engine
