#include "rooms/sight.h"

#include <algorithm>

namespace stage::bench {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using engine::Opening;
using engine::OpeningKind;
using engine::Wall;

constexpr double kSkirtingThicknessM = 0.014;

bool IsThrough(const Opening& o, double u, double v) {
  return u > o.u0 && u < o.u1 && v > o.v0 - 1e-6 && v < o.v1;
}

}  // namespace

Sight::Sight(const RoomSpec& spec)
    : spec_(spec),
      camera_(CameraOf(spec)),
      layout_(LayoutOf(spec)),
      walls_(layout_.Walls()) {}

bool Sight::IsBehindWall(const Vector3d& point) const {
  const Vector2d eye(camera_.position.x(), camera_.position.z());
  const Vector2d to(point.x() - eye.x(), point.z() - eye.y());
  for (size_t i = 0; i < walls_.size(); ++i) {
    const Wall& wall = walls_[i];
    const double facing = to.dot(wall.normal);
    if (facing >= -1e-9) continue;
    const double t = (wall.start - eye).dot(wall.normal) / facing;
    const double u = (eye + to * t - wall.start).dot(wall.direction);
    if (t >= 1 - 1e-6 || t <= 0 || u < 0 || u > wall.length) continue;
    const double v =
        camera_.position.y() + (point.y() - camera_.position.y()) * t;
    const bool through = std::any_of(
        spec_.openings.begin(), spec_.openings.end(), [&](const Opening& o) {
          return o.wall == static_cast<int>(i) &&
                 o.kind == OpeningKind::kPassage && IsThrough(o, u, v);
        });
    if (!through) return true;
  }
  return false;
}

bool Sight::IsBehindBlock(const Vector3d& point) const {
  const Vector3d to = point - camera_.position;
  return std::any_of(
      spec_.blocks.begin(), spec_.blocks.end(), [&](const Block& block) {
        double enter = 0, leave = 1;
        for (int axis = 0; axis < 3; ++axis) {
          double a = (block.low[axis] - camera_.position[axis]) / to[axis];
          double b = (block.high[axis] - camera_.position[axis]) / to[axis];
          if (a > b) std::swap(a, b);
          enter = std::max(enter, a);
          leave = std::min(leave, b);
        }
        return enter < leave && enter < 1 - 1e-6;
      });
}

bool Sight::Sees(const Vector3d& point) const {
  return !IsBehindWall(point) && !IsBehindBlock(point);
}

ImageU8 Sight::FloorMask() const {
  ImageU8 mask(camera_.width_px, camera_.height_px, 1);
  const auto is_skirting = [&](const Vector2d& p) {
    return std::any_of(walls_.begin(), walls_.end(), [&](const Wall& wall) {
      const Vector2d from_start = p - wall.start;
      const double u = from_start.dot(wall.direction);
      const double off = from_start.dot(wall.normal);
      if (u < 0 || u > wall.length || off < 0 || off > kSkirtingThicknessM) {
        return false;
      }
      return std::none_of(
          spec_.openings.begin(), spec_.openings.end(), [&](const Opening& o) {
            return &walls_[static_cast<size_t>(o.wall)] == &wall &&
                   o.kind == OpeningKind::kPassage && u > o.u0 && u < o.u1;
          });
    });
  };
  const auto is_floor = [&](const Vector3d& p) {
    const Vector2d plan(p.x(), p.z());
    if (layout_.Contains(plan)) return !is_skirting(plan);
    return std::any_of(
        spec_.openings.begin(), spec_.openings.end(), [&](const Opening& o) {
          const Wall& wall = walls_[static_cast<size_t>(o.wall)];
          const double u = (plan - wall.start).dot(wall.direction);
          const double out = -(plan - wall.start).dot(wall.normal);
          return o.kind == OpeningKind::kPassage && out >= 0 &&
                 out < kHallDepthM && u > o.u0 - kHallMarginM &&
                 u < o.u1 + kHallMarginM;
        });
  };
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const auto p = camera_.FloorPoint({x + 0.5, y + 0.5});
      if (!p) continue;
      const Vector3d point(p->x(), 0, p->y());
      mask.at(x, y) = is_floor(point) && Sees(point) ? 255 : 0;
    }
  }
  return mask;
}

}  // namespace stage::bench
