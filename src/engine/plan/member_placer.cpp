#include "engine/plan/member_placer.h"

#include <algorithm>
#include <array>

namespace stage::engine {
namespace {

using Eigen::Vector2d;

// Width and depth of what stands before a sofa, best first.
const std::array<Vector2d, 7> kFrontScales = {Vector2d{1, 1},
                                              {0.86, 0.86},
                                              {0.74, 0.74},
                                              {1, 0.64},
                                              {0.86, 0.56},
                                              {0.74, 0.52},
                                              {0.64, 0.64}};
constexpr double kLeastScale = 0.74;  // of a piece of a catalogue
constexpr double kLeastDepth = 0.4;   // metres, of one made smaller

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
  // Where there is little room a smaller one of its kind does, and when it is
  // made to measure any size, a slender one as well.
  const bool measured = picked.piece->source == "procedural";
  for (const Vector2d& scale : kFrontScales) {
    PickedPiece sized = picked;
    sized.size.head<2>() = sized.size.head<2>().cwiseProduct(scale);
    if (scale != Vector2d(1, 1)) {
      if (!measured && scale.minCoeff() < kLeastScale) continue;
      if (sized.width() < spec.min_width || sized.depth() < kLeastDepth) {
        continue;
      }
    }
    Item item = NewItem(spec, sized);
    item.rect.yaw = seats.yaw;
    for (const double more : {0.0, -0.05, 0.1, -0.12}) {
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

}  // namespace stage::engine
