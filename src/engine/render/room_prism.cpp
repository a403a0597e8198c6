#include "engine/render/room_prism.h"

#include <algorithm>
#include <limits>

namespace stage::engine {

RoomPrism::RoomPrism(const RoomLayout& room)
    : height_(static_cast<float>(room.height)) {
  const size_t count = room.floor.size();
  double twice_area = 0;
  Eigen::Vector2d low(1e9, 1e9), high(-1e9, -1e9);
  for (size_t i = 0; i < count; ++i) {
    const Eigen::Vector2d &a = room.floor[i], &b = room.floor[(i + 1) % count];
    twice_area += a.x() * b.y() - b.x() * a.y();
    low = low.cwiseMin(a);
    high = high.cwiseMax(a);
  }
  if (count == 0) low = high = Eigen::Vector2d::Zero();
  const float sign = twice_area < 0 ? -1.0f : 1.0f;

  Face floor;
  floor.origin = {static_cast<float>(low.x()), 0, static_cast<float>(low.y())};
  floor.axis_u = Eigen::Vector3f::UnitX();
  floor.axis_v = Eigen::Vector3f::UnitZ();
  floor.normal = Eigen::Vector3f::UnitY();
  floor.length_u = static_cast<float>(high.x() - low.x());
  floor.length_v = static_cast<float>(high.y() - low.y());
  Face ceiling = floor;
  ceiling.origin.y() = height_;
  ceiling.normal = -Eigen::Vector3f::UnitY();
  faces_ = {floor, ceiling};

  for (size_t i = 0; i < count; ++i) {
    const Eigen::Vector2f a = room.floor[i].cast<float>();
    const Eigen::Vector2f b = room.floor[(i + 1) % count].cast<float>();
    const float length = std::max(1e-6f, (b - a).norm());
    const Eigen::Vector2f d = (b - a) / length;
    walls_.push_back(
        {a.x(), a.y(), d.x(), d.y(), -sign * d.y(), sign * d.x(), length});
    Face wall;
    wall.origin = {a.x(), 0, a.y()};
    wall.axis_u = {d.x(), 0, d.y()};
    wall.axis_v = Eigen::Vector3f::UnitY();
    wall.normal = {-sign * d.y(), 0, sign * d.x()};
    wall.length_u = length;
    wall.length_v = height_;
    faces_.push_back(wall);
  }
}

RoomHit RoomPrism::Intersect(const Eigen::Vector3f& origin,
                             const Eigen::Vector3f& direction) const {
  // Furniture may stand a little inside a wall: accept hits just behind.
  constexpr float kBehind = -0.03f;
  constexpr float kSeam = 1e-3f;
  RoomHit hit;
  hit.distance = std::numeric_limits<float>::max();
  if (direction.y() < -1e-7f) {
    hit.distance = -origin.y() / direction.y();
    hit.face = kFloor;
  } else if (direction.y() > 1e-7f) {
    hit.distance = (height_ - origin.y()) / direction.y();
    hit.face = kCeiling;
  }
  for (size_t i = 0; i < walls_.size(); ++i) {
    const WallLine& wall = walls_[i];
    const float approach =
        direction.x() * wall.normal_x + direction.z() * wall.normal_z;
    if (approach > -1e-7f) continue;
    const float to_x = wall.x - origin.x(), to_z = wall.z - origin.z();
    const float t = (to_x * wall.normal_x + to_z * wall.normal_z) / approach;
    if (t < kBehind || t >= hit.distance) continue;
    const float along = (t * direction.x() - to_x) * wall.direction_x +
                        (t * direction.z() - to_z) * wall.direction_z;
    if (along < -kSeam || along > wall.length + kSeam) continue;
    hit.distance = t;
    hit.face = kFirstWall + static_cast<int>(i);
  }
  if (hit.face < 0) {
    hit.distance = 0;
    hit.point = origin;
    return hit;
  }
  hit.distance = std::max(0.0f, hit.distance);
  hit.point = origin + direction * hit.distance;
  return hit;
}

bool RoomPrism::Contains(float x, float z) const {
  bool inside = false;
  for (const WallLine& wall : walls_) {
    const float end_x = wall.x + wall.direction_x * wall.length;
    const float end_z = wall.z + wall.direction_z * wall.length;
    if ((wall.z > z) != (end_z > z) &&
        x < wall.x + (z - wall.z) / (end_z - wall.z) * (end_x - wall.x)) {
      inside = !inside;
    }
  }
  return inside;
}

}  // namespace stage::engine
