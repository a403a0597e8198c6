// MemberPlacer: seats, towards a sofa, around a table, at an island.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/plan/best_pose.h"
#include "engine/plan/member_placer.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kPi = std::numbers::pi;

}  // namespace

int MemberPlacer::PlaceFlank(const MemberSpec& spec,
                             const PickedPiece& picked,
                             const Item& anchor,
                             Arrangement& arrangement) const {
  // Metres beyond the anchor's side and front, degrees away from its view:
  // beside the table first, then across it at an angle.
  struct Place {
    std::array<double, 5> out;
    std::array<double, 4> front, turn;
  };
  constexpr std::array<Place, 2> kPlaces = {
      {{{-0.3, -0.1, 0.1, 0.3, 0.5}, {0.35, 0.65, 0.95, 1.3}, {90, 70, 50, 30}},
       {{-1.1, -0.9, -0.7, -0.5, -0.2},
        {1.3, 1.5, 1.7, 2.0},
        {100, 120, 140, 160}}}};
  int placed = 0;
  const double first = sheet_.choice().Unit("flank side") < 0.5 ? 1 : -1;
  const FloorRect back = anchor.BackPart();
  // Seen from above at one's feet a pouf is no more than a blob.
  const bool low = spec.function == "ottoman";
  const FitRules rules{.gap = 0.18,
                       .min_visible = 0.82,
                       .max_below = 0.1,
                       .max_share = low ? 0.035 : 0.13,
                       .camera_distance = low ? 1.7 : 0.95,
                       .max_hiding = 0.3};
  for (; placed < spec.count; ++placed) {
    BestPose best;
    const auto offer = [&](double side, double out, double front, double turn) {
      Item item = NewItem(spec, picked);
      item.target = true;
      item.rect.yaw = back.yaw - side * turn * kPi / 180;
      item.rect.center =
          back.At(side * (back.width / 2 + out),
                  back.depth / 2 + front + picked.depth() / 2 - 0.3);
      if (!arrangement.Check(item, rules)) return;
      const Vector2d to_camera =
          (survey_.view().camera_on_floor() - item.rect.center).normalized();
      const double facing = item.rect.Front().dot(to_camera);
      best.Offer(item,
                 1 - std::abs(front - 0.75) * 0.25 - std::abs(turn - 62) / 180 -
                     std::abs(out - 0.15) * 0.3 -
                     1.5 * arrangement.Hides(item.view) + 0.25 * facing -
                     1.5 * item.view.share + (side == first ? 0.05 : 0) -
                     (1 - item.view.visible_fraction));
    };
    for (const Place& place : kPlaces) {
      for (const double side : {first, -first}) {
        for (const double front : place.front) {
          for (const double turn : place.turn) {
            for (const double out : place.out) offer(side, out, front, turn);
          }
        }
      }
    }
    if (!best.AddTo(arrangement)) break;
  }
  return placed;
}

int MemberPlacer::PlaceOpposite(const MemberSpec& spec,
                                const PickedPiece& picked,
                                const Item& anchor,
                                Arrangement& arrangement) const {
  const double spread = spec.count > 1 ? picked.width() / 2 + 0.18 : 0;
  for (const double across : {1.75, 1.95, 2.2}) {
    Arrangement trial = arrangement;
    int placed = 0;
    for (int i = 0; i < spec.count; ++i) {
      Item item = NewItem(spec, picked);
      item.target = true;
      item.rect.yaw = anchor.rect.yaw + kPi;
      item.rect.center =
          anchor.rect.At(i == 0 ? -spread : spread,
                         anchor.rect.depth / 2 + across + picked.depth() / 2);
      placed += trial.TryAdd(item,
                             {.gap = 0.25,
                              .min_visible = 0.92,
                              .max_share = 0.13,
                              .camera_distance = 1.4,
                              .max_hiding = 0.4});
    }
    if (placed == spec.count) {
      arrangement = trial;
      return placed;
    }
  }
  return 0;
}

int MemberPlacer::PlaceAround(const MemberSpec& spec,
                              const PickedPiece& picked,
                              const Item& anchor,
                              Arrangement& arrangement) const {
  struct Seat {
    double right, front, yaw;
  };
  std::vector<Seat> seats;
  const double w = anchor.rect.width, d = anchor.rect.depth;
  const double tuck = 0.32;  // of the seat's depth is under the table top
  const double reach_front = d / 2 + picked.depth() * (0.5 - tuck);
  const double reach_side = w / 2 + picked.depth() * (0.5 - tuck);
  const bool square = w / d < 1.25;
  if (square) {
    for (const int i : {0, 2, 1, 3}) {  // two sit opposite each other
      const double yaw = i * kPi / 2 + kPi;
      seats.push_back({std::sin(i * kPi / 2) * reach_side,
                       std::cos(i * kPi / 2) * reach_front,
                       yaw});
    }
  } else {
    const int along = std::max(
        1,
        std::min(spec.count / 2,
                 static_cast<int>(w / std::max(0.56, picked.width() + 0.08))));
    for (int i = 0; i < along; ++i) {
      const double right = ((i + 0.5) / along - 0.5) * w * 0.92;
      seats.push_back({right, reach_front, kPi});
      seats.push_back({right, -reach_front, 0});
    }
    if (spec.count >= 2 * along + 2) {
      seats.push_back({reach_side, 0, -kPi / 2});
      seats.push_back({-reach_side, 0, kPi / 2});
    }
  }
  int placed = 0;
  for (size_t i = 0; i < seats.size() && placed < spec.count; ++i) {
    Item item = NewItem(spec, picked);
    // People never leave chairs quite straight.
    const double turn =
        (sheet_.choice().Unit("seat " + std::to_string(i)) - 0.5) * 0.14;
    item.rect.yaw = anchor.rect.yaw + seats[i].yaw + turn;
    item.rect.center = anchor.rect.At(seats[i].right, seats[i].front);
    // A seat's front goes under the table top, so only its back is checked.
    Item back = item;
    back.rect.depth = picked.depth() * (0.96 - 2 * tuck);
    back.rect.center = item.rect.At(0, -picked.depth() * tuck - 0.01);
    bool knees = false;
    for (const Item& other : arrangement.items()) {
      knees |= other.role == spec.role && other.group == group_ &&
               Collide(item.rect, other.rect, 0.02);
    }
    if (knees || !survey_.IsFree(item.rect, 0.5)) continue;
    if (!arrangement.Check(back,
                           {.gap = 0.02,
                            .min_visible = 0.85,
                            .max_share = 0.15,
                            .camera_distance = 1.0,
                            .max_hiding = 0.95})) {
      continue;
    }
    item.solid = true;
    arrangement.Add(item);
    ++placed;
  }
  return placed;
}

int MemberPlacer::PlaceTucked(const MemberSpec& spec,
                              const PickedPiece& picked,
                              const Item& anchor,
                              Arrangement& arrangement) const {
  Item item = NewItem(spec, picked);
  item.target = true;
  const double turn = (sheet_.choice().Unit("tucked") - 0.5) * 0.7;
  item.rect.yaw = anchor.rect.yaw + kPi + turn;
  for (const double gap : {0.05, -0.1, -0.2}) {
    item.rect.center =
        anchor.rect.At(0, (anchor.rect.depth + picked.depth()) / 2 + gap);
    if (!survey_.IsFree(item.rect, picked.height())) continue;
    if (arrangement.TryAdd(item,
                           {.gap = std::min(gap - 0.15, 0.0),
                            .min_visible = 0.8,
                            .max_share = 0.2,
                            .camera_distance = 0.9,
                            .max_hiding = 0.7})) {
      return 1;
    }
  }
  return 0;
}

int MemberPlacer::PlacePair(const MemberSpec& spec,
                            const PickedPiece& picked,
                            const Item& anchor,
                            Arrangement& arrangement) const {
  BestPose best;
  for (const double side : {1.0, -1.0}) {
    for (const double turn : {0.0, 14.0, 25.0}) {
      Item item = NewItem(spec, picked);
      item.target = true;
      item.wall = anchor.wall;
      item.rect.yaw = anchor.rect.yaw - side * turn * kPi / 180;
      item.rect.center = anchor.rect.At(
          side * ((anchor.rect.width + picked.width()) / 2 + spec.gap), 0.02);
      if (arrangement.Check(item, {.gap = 0.1, .camera_distance = 1.2})) {
        best.Offer(item,
                   item.view.visible_fraction + turn / 200 -
                       arrangement.Hides(item.view));
      }
    }
  }
  return best.AddTo(arrangement);
}

int MemberPlacer::PlaceRow(const MemberSpec& spec,
                           const PickedPiece& picked,
                           const Item& anchor,
                           Arrangement& arrangement) const {
  const auto stands_at_island = [&](const FloorRect& rect) {
    const FloorRect knees{rect.At(0, rect.depth / 2 + 0.1), rect.yaw, 0.2, 0.2};
    return std::any_of(
        survey_.scene().obstacles.begin(),
        survey_.scene().obstacles.end(),
        [&](const Obstacle& one) { return Collide(knees, one.footprint); });
  };
  int placed = 0;
  for (const double side : {1.0, -1.0}) {
    for (int i = 1; placed < spec.count; ++i) {
      Item item = NewItem(spec, picked);
      item.rect.yaw = anchor.rect.yaw;
      item.rect.center =
          anchor.rect.At(side * i * (picked.width() + spec.gap), 0);
      if (!stands_at_island(item.rect) ||
          !arrangement.TryAdd(item,
                              {.gap = spec.gap - 0.02, .max_hiding = 0.7})) {
        break;
      }
      ++placed;
    }
  }
  return placed;
}

}  // namespace stage::engine
