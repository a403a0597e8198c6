#include "engine/plan/member_placer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kPi = std::numbers::pi;

/// The best of several candidate poses of one item.
class BestPose {
 public:
  void Offer(const Item& item, double score) {
    if (best_ && score <= score_) return;
    best_ = item;
    score_ = score;
  }
  bool AddTo(Arrangement& arrangement) const {
    if (best_) arrangement.items().push_back(*best_);
    return best_.has_value();
  }

 private:
  std::optional<Item> best_;
  double score_ = 0;
};

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

Item MemberPlacer::NewItem(const MemberSpec& spec,
                           const PickedPiece& picked) const {
  Item item;
  item.picked = picked;
  item.role = spec.role;
  item.function = picked.function;
  item.group = group_;
  item.rect.width = picked.width();
  item.rect.depth = picked.depth();
  return item;
}

int MemberPlacer::Place(const MemberSpec& spec,
                        const PickedPiece& picked,
                        size_t anchor_index,
                        Arrangement& arrangement) const {
  Item anchor = arrangement.items().at(anchor_index);
  if (!spec.on.empty() && spec.relation != Relation::kOn) {
    const Item* other = arrangement.FindRole(spec.on, group_);
    if (other == nullptr) return 0;
    anchor = *other;
  }
  switch (spec.relation) {
    case Relation::kUnder:
      return PlaceRug(spec, picked, anchor, arrangement);
    case Relation::kFront:
      return PlaceFront(spec, picked, anchor, arrangement);
    case Relation::kFlank:
      return PlaceFlank(spec, picked, anchor, arrangement);
    case Relation::kOpposite:
      return PlaceOpposite(spec, picked, anchor, arrangement);
    case Relation::kBeside:
      return PlaceBeside(spec, picked, anchor, arrangement);
    case Relation::kOn:
      return PlaceOn(spec, picked, arrangement);
    case Relation::kAround:
      return PlaceAround(spec, picked, anchor, arrangement);
    case Relation::kAbove:
      return PlaceAbove(spec, picked, anchor, arrangement);
    case Relation::kTucked:
      return PlaceTucked(spec, picked, anchor, arrangement);
    case Relation::kFoot:
      return PlaceFoot(spec, picked, anchor, arrangement);
    case Relation::kWall:
      return PlaceAtWall(spec, picked, anchor, arrangement);
    case Relation::kCorner:
      return PlaceInCorner(spec, picked, anchor, arrangement);
    case Relation::kPair:
      return PlacePair(spec, picked, anchor, arrangement);
    case Relation::kOver:
      return PlaceOver(spec, picked, anchor, arrangement);
    case Relation::kRow:
      return PlaceRow(spec, picked, anchor, arrangement);
    case Relation::kThrough:
      return PlaceThrough(spec, picked, anchor, arrangement);
  }
  return 0;
}

int MemberPlacer::PlaceFront(const MemberSpec& spec,
                             const PickedPiece& picked,
                             const Item& anchor,
                             Arrangement& arrangement) const {
  const FloorRect seats = anchor.SeatPart();
  const bool table = spec.function == "coffee_table";
  const double wanted = table ? survey_.clearances().sofa_to_table_m : spec.gap;
  // Where there is little room a smaller one of its kind does, down to any
  // size when it is made to measure.
  const double least = picked.piece->source == "procedural" ? 0 : 0.74;
  for (const double scale : {1.0, 0.86, 0.74, 0.64}) {
    if (scale < 1 &&
        (scale < least || picked.width() * scale < spec.min_width)) {
      break;
    }
    PickedPiece sized = picked;
    sized.size.head<2>() *= scale;
    Item item = NewItem(spec, sized);
    item.rect.yaw = seats.yaw;
    for (const double more : {0.0, -0.05, 0.1}) {
      const double gap = std::max(0.05, wanted + more);
      item.rect.center = seats.At(0, seats.depth / 2 + gap + sized.depth() / 2);
      Arrangement trial = arrangement;
      if (trial.TryAdd(item,
                       {.gap = std::min(0.3, gap - 0.02),
                        .min_visible = table ? 0.66 : 0.75,
                        .max_below = table ? 0.3 : 0.15,
                        .camera_distance = 0.75,
                        .max_hiding = 0.6}) &&
          trial.IsWalkable()) {
        arrangement = std::move(trial);
        return 1;
      }
    }
  }
  return 0;
}

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

int MemberPlacer::PlaceBeside(const MemberSpec& spec,
                              const PickedPiece& picked,
                              const Item& anchor,
                              Arrangement& arrangement) const {
  int placed = 0;
  const double first = sheet_.choice().Unit("side " + spec.role) < 0.5 ? 1 : -1;
  const bool night = spec.function == "nightstand";
  for (const double side : {first, -first}) {
    if (placed == spec.count) break;
    Item item = NewItem(spec, picked);
    item.rect.yaw = anchor.rect.yaw;
    item.wall = anchor.wall;
    item.rect.center = anchor.rect.At(
        side * (anchor.rect.width / 2 + spec.gap + picked.width() / 2),
        -(anchor.rect.depth - picked.depth()) / 2 + (night ? 0.02 : 0));
    placed += arrangement.TryAdd(item,
                                 {.gap = std::min(0.04, spec.gap - 0.01),
                                  .min_visible = night ? 0.55 : 0.93,
                                  .max_hiding = 0.35});
  }
  return placed;
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

int MemberPlacer::PlaceFoot(const MemberSpec& spec,
                            const PickedPiece& picked,
                            const Item& anchor,
                            Arrangement& arrangement) const {
  Item item = NewItem(spec, picked);
  item.rect.yaw = anchor.rect.yaw;
  item.rect.center =
      anchor.rect.At(0, anchor.rect.depth / 2 + spec.gap + picked.depth() / 2);
  // Beyond it someone must still be able to pass.
  FloorRect way = item.rect;
  const double walkway = survey_.clearances().walkway_m;
  way.depth += walkway;
  way.center = item.rect.At(0, walkway / 2);
  if (!LiesInside(way, survey_.scene().room.floor, 0)) return 0;
  return arrangement.TryAdd(item,
                            {.gap = std::min(0.03, spec.gap - 0.01),
                             .min_visible = 0.95,
                             .max_share = 0.1,
                             .camera_distance = 1.5,
                             .max_hiding = 0.3});
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
