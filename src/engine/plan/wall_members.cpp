// MemberPlacer: what stands along the walls and in corners.

#include <algorithm>
#include <numbers>

#include "engine/plan/best_pose.h"
#include "engine/plan/member_placer.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kPi = std::numbers::pi;

/// Adds the first of a few poses that leaves the ways open.
bool AddFirstWalkable(const std::vector<std::pair<double, Item>>& poses,
                      Arrangement& arrangement) {
  constexpr size_t kTries = 8;
  for (size_t i = 0; i < std::min(kTries, poses.size()); ++i) {
    Arrangement trial = arrangement;
    trial.items().push_back(poses[i].second);
    if (!trial.IsWalkable()) continue;
    arrangement = std::move(trial);
    return true;
  }
  return false;
}

/// True where one gets in and out of a bed.
bool StandsBesideBed(const Item& item, const Arrangement& arrangement) {
  constexpr double kBeside = 0.55;  // metres
  return std::any_of(arrangement.items().begin(),
                     arrangement.items().end(),
                     [&](const Item& other) {
                       return other.function == "bed" &&
                              Collide(item.rect, other.rect, kBeside);
                     });
}

}  // namespace

int MemberPlacer::PlaceAtWall(const MemberSpec& spec,
                              const PickedPiece& picked,
                              const Item& anchor,
                              Arrangement& arrangement) const {
  if (!survey_.walls_are_known()) return 0;
  BestPose best;
  for (size_t w = 0; w < survey_.walls().size(); ++w) {
    const WallSurvey& wall = survey_.walls()[w];
    const Wall& line = wall.wall();
    if (!line.real || line.length < picked.width() + 0.1) continue;
    const double half = picked.width() / 2;
    for (double u = half + 0.06; u <= line.length - half - 0.06; u += 0.12) {
      Item item = NewItem(spec, picked);
      item.wall = static_cast<int>(w);
      item.rect.yaw = YawTowards(line.normal);
      const Eigen::Vector3d at = wall.At(u, 0, picked.depth() / 2 + 0.03);
      item.rect.center = {at.x(), at.z()};
      // Room to open its drawers and to stand before it.
      FloorRect front = item.rect;
      front.depth = 0.6;
      front.center = item.rect.At(0, picked.depth() / 2 + 0.3);
      bool blocked = false;
      for (const FloorRect& solid : arrangement.Solids()) {
        blocked |= Collide(front, solid, 0);
      }
      if (blocked || !arrangement.Check(item,
                                        {.gap = 0.12,
                                         .max_share = 0.12,
                                         .camera_distance = 1.5,
                                         .max_hiding = 0.1})) {
        continue;
      }
      const double busy = wall.Busy(u - half, u + half, 0.15, 2.0);
      const double hidden = arrangement.HiddenBy(item.view);
      if (busy > 0.45 || hidden > 0.4) continue;
      const Vector2d to_anchor =
          (anchor.rect.center - item.rect.center).normalized();
      best.Offer(item,
                 0.6 * item.rect.Front().dot(to_anchor) - busy - hidden +
                     0.4 * anchor.rect.Front().dot(-to_anchor) -
                     (item.wall == anchor.wall ? 0.5 : 0));
    }
  }
  return best.AddTo(arrangement);
}

std::vector<Vector2d> MemberPlacer::OutOfTheWay(double half,
                                                const Item& anchor) const {
  std::vector<Vector2d> places;
  if (survey_.walls_are_known()) {
    for (const WallSurvey& wall : survey_.walls()) {
      if (!wall.wall().real) continue;
      for (double u = half + 0.1; u < wall.wall().length - half; u += 0.3) {
        const Eigen::Vector3d at = wall.At(u, 0, half + 0.08);
        places.emplace_back(at.x(), at.z());
      }
    }
    return places;
  }
  // Behind the group and beside it, seen from the camera.
  const Vector2d camera = survey_.view().camera_on_floor();
  const Vector2d away = (anchor.rect.center - camera).normalized();
  const Vector2d across(-away.y(), away.x());
  for (const double back : {0.3, 0.7, 1.1}) {
    for (const double side : {1.0, 1.4, 1.8, 2.2}) {
      for (const double sign : {1.0, -1.0}) {
        places.push_back(anchor.rect.center + away * back +
                         across * (side + half) * sign);
      }
    }
  }
  return places;
}

int MemberPlacer::PlaceInCorner(const MemberSpec& spec,
                                const PickedPiece& picked,
                                const Item& anchor,
                                Arrangement& arrangement) const {
  // Parallel to walls, so that its outline is as small as its piece.
  const auto quarter =
      static_cast<double>(sheet_.choice().Bits("turn " + spec.role) % 4);
  int placed = 0;
  for (; placed < spec.count; ++placed) {
    std::vector<std::pair<double, Item>> poses;
    const auto offer = [&](const Vector2d& center, double bonus) {
      Item item = NewItem(spec, picked);
      item.rect.center = center;
      item.rect.yaw = anchor.rect.yaw + quarter * kPi / 2;
      if (!arrangement.Check(item,
                             {.gap = 0.06,
                              .min_visible = 0.82,
                              .max_below = 0.05,
                              .max_share = 0.06,
                              .camera_distance = 1.4,
                              .max_hiding = 0.15}) ||
          StandsBesideBed(item, arrangement)) {
        return;
      }
      // Two of a kind side by side look like a shop.
      double near = 0;
      for (const Item& other : arrangement.items()) {
        if (other.function != spec.function) continue;
        near = std::max(near, 1.6 - (other.rect.center - center).norm());
      }
      const double hidden = arrangement.HiddenBy(item.view);
      if (hidden > 0.5 || near > 0.4) return;
      poses.emplace_back(
          bonus - hidden - near - survey_.ForegroundShare(item.view), item);
    };
    const double half = std::max(picked.width(), picked.depth()) / 2;
    for (const Vector2d& place : OutOfTheWay(half, anchor)) offer(place, 0.1);
    if (survey_.walls_are_known()) {
      const auto& walls = survey_.walls();
      for (size_t i = 0; i < walls.size(); ++i) {
        const Wall& wall = walls[i].wall();
        const Wall& next = walls[(i + 1) % walls.size()].wall();
        if (wall.real && next.real) {
          const Vector2d corner = next.start;
          for (const double out : {half + 0.05, half * 1.25 + 0.08}) {
            offer(corner + (wall.normal + next.normal) * out, 0.6);
          }
        }
        for (const Opening& opening : walls[i].openings()) {
          if (opening.kind != OpeningKind::kWindow || !wall.real) continue;
          for (const double u :
               {opening.u0 - half - 0.15, opening.u1 + half + 0.15}) {
            const Eigen::Vector3d at = walls[i].At(u, 0, half + 0.08);
            offer({at.x(), at.z()}, 0.5);
          }
        }
      }
    }
    for (const double side : {1.0, -1.0}) {
      offer(anchor.rect.At(side * (anchor.rect.width / 2 + half + 0.15),
                           -anchor.rect.depth / 2 + half + 0.02),
            0.3);
    }
    std::stable_sort(
        poses.begin(), poses.end(), [](const auto& a, const auto& b) {
          return a.first > b.first;
        });
    if (!AddFirstWalkable(poses, arrangement)) break;
  }
  return placed;
}

}  // namespace stage::engine
