#include "plan/plan_checks.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace stage::test {
namespace {

using Eigen::Vector2d;
using engine::FloorRect;
using engine::Placement;
using engine::Scene;

bool MayReachUnder(const Placement& a, const Placement& b) {
  const auto seat = [](const Placement& p) {
    return p.role == "chair" || p.role == "office_chair";
  };
  const auto table = [](const Placement& p) {
    return p.role == "dining_table" || p.role == "desk";
  };
  return (seat(a) && table(b)) || (seat(b) && table(a));
}

/// The floor that a piece takes: of a sofa with a chaise its two arms.
std::vector<FloorRect> PartsOf(const Placement& placement) {
  const FloorRect rect = RectOf(placement);
  const std::string side = placement.parameters.value("chaise", "none");
  if (side == "none") return {rect};
  const double right = side == "right" ? 1 : -1;
  FloorRect back = rect, chaise = rect;
  back.depth = std::min(0.95, 0.62 * rect.depth);
  back.center = rect.At(0, (back.depth - rect.depth) / 2);
  chaise.width = 0.37 * rect.width;
  chaise.center = rect.At(right * (rect.width - chaise.width) / 2, 0);
  return {back, chaise};
}

bool Overlap(const Placement& a, const Placement& b) {
  for (const FloorRect& one : PartsOf(a)) {
    for (const FloorRect& other : PartsOf(b)) {
      if (engine::Collide(one, other, 0)) return true;
    }
  }
  return false;
}

/// True for what stands, lies on something, hangs on a wall or from above.
bool IsHeld(const Scene& scene,
            const engine::Plan& plan,
            const Placement& piece) {
  if (piece.position.y() < 0.005) return true;
  const double top = piece.position.y() + piece.size.z();
  if (std::abs(top - scene.room.height) < 0.02) return true;
  const FloorRect rect = RectOf(piece);
  for (const auto& wall : scene.room.Walls()) {
    const double out = (rect.center - wall.start).dot(wall.normal);
    if (wall.real && std::abs(out) < rect.depth / 2 + 0.03) return true;
  }
  return std::any_of(plan.placements.begin(),
                     plan.placements.end(),
                     [&](const Placement& below) {
                       const double high = below.position.y() + below.size.z();
                       return &below != &piece &&
                              below.position.y() < piece.position.y() &&
                              high > piece.position.y() - 0.005 &&
                              RectOf(below).Distance(rect.center) < 0.01;
                     });
}

/// A disc-shaped walker of radius `body` on a grid; which cells it can be at.
class Walker {
 public:
  Walker(const Scene& scene, const std::vector<FloorRect>& solids, double body)
      : scene_(scene), solids_(solids), body_(body) {
    low_ = high_ = scene.room.floor.front();
    for (const Vector2d& corner : scene.room.floor) {
      low_ = low_.cwiseMin(corner);
      high_ = high_.cwiseMax(corner);
    }
    nx_ = static_cast<int>((high_.x() - low_.x()) / kCell) + 1;
    nz_ = static_cast<int>((high_.y() - low_.y()) / kCell) + 1;
  }

  /// True when one can walk from near `a` to near `b`.
  bool Connects(const Vector2d& a, const Vector2d& b) const {
    std::vector<uint8_t> seen(static_cast<size_t>(nx_) * nz_, 0);
    std::deque<int> open;
    for (int i = 0; i < nx_ * nz_; ++i) {
      if ((At(i) - a).norm() < kNear && Fits(At(i))) {
        seen[i] = 1;
        open.push_back(i);
      }
    }
    while (!open.empty()) {
      const int cell = open.front();
      open.pop_front();
      if ((At(cell) - b).norm() < kNear) return true;
      const int x = cell % nx_, z = cell / nx_;
      for (const auto& [dx, dz] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        if (x + dx < 0 || x + dx >= nx_ || z + dz < 0 || z + dz >= nz_)
          continue;
        const int next = (z + dz) * nx_ + x + dx;
        if (seen[next] || !Fits(At(next))) continue;
        seen[next] = 1;
        open.push_back(next);
      }
    }
    return false;
  }

 private:
  static constexpr double kCell = 0.1, kNear = 0.45;
  Vector2d At(int cell) const {
    return low_ + Vector2d(cell % nx_ + 0.5, cell / nx_ + 0.5) * kCell;
  }
  bool Fits(const Vector2d& at) const {
    if (!scene_.room.Contains(at)) return false;
    for (const auto& wall : scene_.room.Walls()) {
      if (!wall.real) continue;
      const double u = (at - wall.start).dot(wall.direction);
      const double out = (at - wall.start).dot(wall.normal);
      if (u > 0 && u < wall.length && out >= 0 && out < body_) return false;
    }
    return std::none_of(solids_.begin(), solids_.end(), [&](const auto& rect) {
      return rect.Distance(at) < body_;
    });
  }
  const Scene& scene_;
  std::vector<FloorRect> solids_;
  double body_;
  Vector2d low_, high_;
  int nx_ = 0, nz_ = 0;
};

void CheckWays(const Scene& scene,
               const std::vector<FloorRect>& solids,
               std::vector<std::string>& faults) {
  std::vector<Vector2d> doors;
  const auto walls = scene.room.Walls();
  for (const auto& opening : scene.room.openings) {
    if (opening.v0 > 0.3) continue;
    const auto& wall = walls[opening.wall];
    doors.push_back(wall.start +
                    wall.direction * (opening.u0 + opening.u1) / 2 +
                    wall.normal * 0.45);
  }
  const Walker empty(scene, {}, 0.4), furnished(scene, solids, 0.28);
  for (size_t i = 1; i < doors.size(); ++i) {
    if (empty.Connects(doors[0], doors[i]) &&
        !furnished.Connects(doors[0], doors[i])) {
      faults.push_back("no way between two doors");
    }
  }
}

}  // namespace

FloorRect RectOf(const Placement& placement) {
  return {{placement.position.x(), placement.position.z()},
          placement.yaw,
          placement.size.x(),
          placement.size.y()};
}

bool TakesFloor(const Placement& placement) {
  return placement.position.y() < 0.005 && placement.size.z() > 0.05 &&
         placement.role != "parasol" && placement.role != "curtain";
}

std::vector<std::string> Faults(const Scene& scene, const engine::Plan& plan) {
  std::vector<std::string> faults;
  std::vector<FloorRect> solids;
  const auto walls = scene.room.Walls();
  for (size_t i = 0; i < plan.placements.size(); ++i) {
    const Placement& piece = plan.placements[i];
    const FloorRect rect = RectOf(piece);
    if (!engine::LiesInside(rect, scene.room.floor, -0.001)) {
      faults.push_back(piece.role + " sticks out of the room");
    }
    if (!IsHeld(scene, plan, piece)) {
      faults.push_back(piece.role + " floats");
    }
    if (!TakesFloor(piece)) continue;
    for (const FloorRect& part : PartsOf(piece)) solids.push_back(part);
    for (size_t k = 0; k < i; ++k) {
      const Placement& other = plan.placements[k];
      if (TakesFloor(other) && !MayReachUnder(piece, other) &&
          Overlap(piece, other)) {
        faults.push_back(piece.role + " overlaps " + other.role);
      }
    }
    for (const auto& opening : scene.room.openings) {
      const auto& wall = walls[opening.wall];
      const Vector2d middle =
          wall.start + wall.direction * (opening.u0 + opening.u1) / 2;
      const double yaw = engine::YawTowards(wall.normal);
      const double wide = opening.u1 - opening.u0;
      const bool door = opening.v0 < 0.3;
      if (door && engine::Collide(
                      rect, {middle + wall.normal * 0.45, yaw, wide, 0.9}, 0)) {
        faults.push_back(piece.role + " stands before a door");
      }
      const double top = piece.position.y() + piece.size.z();
      // The back of a sofa may show before the glass, leaves at its sides; of
      // a bed only the headboard is high, and shows nowhere.
      const bool leaves = piece.role.find("plant") != std::string::npos;
      const bool bed = piece.role == "bed";
      const double over = bed ? 0.0 : 0.2;
      const double glass = wide - (leaves ? 0.55 : 0.1);
      FloorRect high = rect;
      if (bed) {
        high.depth = 0.2;
        high.center = rect.At(0, (high.depth - rect.depth) / 2);
      }
      if (!door && glass > 0 && top > opening.v0 + over &&
          engine::Collide(
              high, {middle + wall.normal * 0.15, yaw, glass, 0.3}, 0)) {
        faults.push_back(piece.role + " covers a window");
      }
    }
    const auto seen =
        scene.camera.world_to_camera * (piece.position - scene.camera.position);
    if (seen.z() < 0) faults.push_back(piece.role + " is behind the camera");
  }
  CheckWays(scene, solids, faults);
  return faults;
}

double VisibleFloor(const Scene& scene) {
  double area = 0;
  for (double z = -12; z < 2; z += 0.1) {
    for (double x = -8; x < 8; x += 0.1) {
      if (!scene.room.Contains({x, z})) continue;
      const auto at = scene.camera.Project({x, 0, z});
      if (at && at->x() > 0 && at->y() > 0 && at->x() < scene.camera.width_px &&
          at->y() < scene.camera.height_px) {
        area += 0.01;
      }
    }
  }
  return area;
}

}  // namespace stage::test
