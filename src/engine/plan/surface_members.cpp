// MemberPlacer: rugs below, things on top, pictures above.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/plan/member_placer.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kEyeLevel = 1.5;  // metres, centre of a picture
constexpr double kHighestCenter = 1.65;
constexpr double kPendantGap = 0.82;      // metres above a table top
constexpr double kShortestPendant = 0.5;  // metres, cord and shade
constexpr double kCanopyFrom = 0.75;      // of a parasol's height
constexpr double kMostCanopy = 0.25;      // of the picture
constexpr double kRugGap = 0.08;          // metres to walls
constexpr double kLeastBeside = 0.5;      // metres wider than a bed
constexpr double kMostTaken = 0.04;       // of a rug's floor
constexpr double kLeastRug = 0.012;       // of the picture

/// Where and how large a rug under a group is.
struct RugShape {
  double width, depth;
  double front;  ///< of its centre, from the anchor's centre
};

RugShape RugUnder(const Item& anchor) {
  const double w = anchor.rect.width, d = anchor.rect.depth;
  if (anchor.function == "bed") {
    // Starts beside the lower two thirds and shows on three sides.
    const double depth = std::clamp(d * 0.75, 1.4, 1.8);
    return {std::clamp(w + 0.8, 1.6, 2.8), depth, d / 2 + 0.4 - depth / 2};
  }
  if (anchor.function == "dining_table" || anchor.function == "outdoor_table" ||
      anchor.function == "outdoor_dining_table") {
    return {w + 1.4, d + 1.4, 0};  // chairs stay on it when pulled out
  }
  if (anchor.function == "armchair") {
    return {1.7, 1.4, d / 2 + 0.25};
  }
  if (anchor.function == "desk") {
    return {std::max(1.7, w + 0.3), 1.5, d / 2 + 0.35};
  }
  const double width = std::clamp(w + 0.6, 2.0, 3.2);
  const double depth = std::clamp(width * 0.68, 1.5, 2.2);
  return {width, depth, d / 2 - 0.35 + depth / 2};  // front legs on it
}

}  // namespace

int MemberPlacer::PlaceRug(const MemberSpec& spec,
                           const PickedPiece& picked,
                           const Item& anchor,
                           Arrangement& arrangement) const {
  RugShape shape = RugUnder(anchor);
  if (std::abs(picked.width() / picked.depth() - 1) < 0.05) {
    // A round one keeps its shape.
    shape.width = shape.depth = std::min(shape.width, shape.depth * 1.2);
  }
  const double back_edge = shape.front - shape.depth / 2;
  for (double scale = 1; scale > 0.62; scale -= 0.05) {
    Item item = NewItem(spec, picked);
    item.solid = false;
    item.rect.yaw = anchor.rect.yaw;
    item.rect.width = shape.width * scale;
    item.rect.depth = shape.depth * scale;
    // A smaller rug keeps its back edge under the front legs.
    const bool centered = shape.front == 0;
    item.rect.center =
        anchor.rect.At(0, centered ? 0 : back_edge + item.rect.depth / 2);
    const RoomSurvey& survey = survey_;
    bool clear = LiesInside(item.rect, survey.scene().room.floor, kRugGap) &&
                 survey.OccupiedFloor(item.rect, RoomSurvey::Unseen::kIgnored) <
                     kMostTaken;
    for (const FloorRect& zone : survey.door_zones()) {
      clear = clear && !Collide(item.rect, zone, -0.05);
    }
    for (const Obstacle& obstacle : survey.scene().obstacles) {
      clear = clear && !Collide(item.rect, obstacle.footprint);
    }
    for (const Item& other : arrangement.items()) {
      const bool foreign = other.group != group_ || other.function == "rug";
      clear = clear && !(foreign && other.bottom < 0.1 &&
                         Collide(item.rect, other.rect, 0.05));
    }
    if (!clear) continue;
    // One that hardly shows beside the bed is none.
    if (anchor.function == "bed" &&
        item.rect.width < anchor.rect.width + kLeastBeside) {
      return 0;
    }
    item.picked.size = {item.rect.width, item.rect.depth, picked.height()};
    // It may run out of the picture and below the camera, as long as enough
    // of it shows to be one.
    const auto view = survey.view().Look(item.rect, 0, 0.012);
    if (!view || view->share < kLeastRug) return 0;
    item.view = *view;
    arrangement.items().push_back(item);
    return 1;
  }
  return 0;
}

int MemberPlacer::PlaceOn(const MemberSpec& spec,
                          const PickedPiece& picked,
                          Arrangement& arrangement) const {
  std::vector<Item> carriers;
  for (const Item& item : arrangement.items()) {
    if (item.group == group_ && item.role == spec.on) carriers.push_back(item);
  }
  int placed = 0;
  for (const Item& carrier : carriers) {
    if (placed == spec.count) break;
    const Piece& piece = *carrier.picked.piece;
    const double top =
        piece.top_height > 0.05 && piece.height > 0
            ? piece.top_height * carrier.picked.height() / piece.height
            : carrier.picked.height();
    Item item = NewItem(spec, picked);
    item.solid = false;
    item.bottom = carrier.bottom + top;
    item.rect.yaw = carrier.rect.yaw;
    // Off the middle unless it is a lamp on a small top; never over the edge.
    const double room_right =
        std::max(0.0, (carrier.rect.width - picked.width()) / 2 - 0.04);
    const double room_front =
        std::max(0.0, (carrier.rect.depth - picked.depth()) / 2 - 0.03);
    if (picked.width() > carrier.rect.width * 1.05 ||
        picked.depth() > carrier.rect.depth * 1.05) {
      continue;
    }
    const bool wide = carrier.rect.width > 2.2 * picked.width();
    const double side =
        sheet_.choice().Unit("on " + spec.role + carrier.role) < 0.5 ? 1 : -1;
    double right =
        wide ? side * std::min(room_right, carrier.rect.width * 0.22) : 0;
    const double front = std::min(room_front, 0.03) * -side;
    // A second thing on the same top goes to the other side.
    for (const Item& other : arrangement.items()) {
      if (other.bottom < 0.1 || other.solid || other.hangs) continue;
      Item trial = item;
      trial.rect.center = carrier.rect.At(right, front);
      if (Collide(trial.rect, other.rect, 0.02)) right = -right;
    }
    item.rect.center = carrier.rect.At(right, front);
    bool crowded = false;
    for (const Item& other : arrangement.items()) {
      crowded |= !other.solid && !other.hangs && other.bottom > 0.1 &&
                 Collide(item.rect, other.rect, 0.02);
    }
    if (crowded || !arrangement.Add(item)) continue;
    ++placed;
  }
  return placed;
}

int MemberPlacer::PlaceAbove(const MemberSpec& spec,
                             const PickedPiece& picked,
                             const Item& anchor,
                             Arrangement& arrangement) const {
  if (!survey_.walls_are_known() || anchor.wall < 0) return 0;
  const WallSurvey& wall = survey_.walls()[anchor.wall];
  const WallSurvey::Shadow shadow = wall.ShadowOf(anchor.rect);
  if (shadow.distance > 0.25) return 0;
  const double middle = (shadow.u0 + shadow.u1) / 2;
  const double lowest = anchor.top() + 0.14;
  const double highest = survey_.scene().room.height - 0.2;
  // A frame keeps its shape; it shrinks until it hangs at eye level above
  // the piece and no wider than two thirds of it.
  const double aspect = picked.height() / picked.width();
  const int count = std::max(1, spec.count);
  const double gap = 0.08;
  const double most_width =
      (anchor.rect.width * 0.72 - gap * (count - 1)) / count;
  double width = std::min(picked.width(), most_width);
  double height = width * aspect;
  const double most_height =
      2 * std::min(kHighestCenter - lowest, highest - kEyeLevel);
  if (height > most_height) {
    height = most_height;
    width = height / aspect;
  }
  if (height < 0.3 || width < 0.22) return 0;
  const double center = std::clamp(
      std::max(kEyeLevel - 0.02, lowest + height / 2), 1.45, kHighestCenter);
  const double whole = count * width + gap * (count - 1);
  const double u0 = middle - whole / 2, u1 = middle + whole / 2;
  const double v0 = center - height / 2, v1 = center + height / 2;
  if (u0 < 0.1 || u1 > wall.wall().length - 0.1) return 0;
  for (const Opening& opening : wall.openings()) {
    if (u1 + 0.12 > opening.u0 && u0 - 0.12 < opening.u1) return 0;
  }
  if (wall.Busy(u0 - 0.05, u1 + 0.05, v0 - 0.05, v1 + 0.05) > 0.2) return 0;
  Arrangement trial = arrangement;
  for (int i = 0; i < count; ++i) {
    Item item = NewItem(spec, picked);
    item.picked.size = {width, picked.depth(), height};
    item.solid = false;
    item.wall = anchor.wall;
    item.bottom = v0;
    item.rect.width = width;
    item.rect.yaw = YawTowards(wall.wall().normal);
    const Eigen::Vector3d at = wall.At(
        u0 + width / 2 + i * (width + gap), 0, picked.depth() / 2 + 0.004);
    item.rect.center = {at.x(), at.z()};
    const auto view = survey_.view().Look(item.rect, v0, v1);
    if (!view || view->visible_fraction < 0.97) return 0;
    item.view = *view;
    if (trial.HiddenBy(item.view) > 0.2 ||
        survey_.ForegroundShare(item.view) > 0.05) {
      return 0;
    }
    item.picked.parameters["seed"] =
        static_cast<int>(sheet_.choice().Bits("art") % 1000) + i;
    trial.items().push_back(item);
  }
  arrangement = trial;
  return count;
}

int MemberPlacer::PlaceThrough(const MemberSpec& spec,
                               const PickedPiece& picked,
                               const Item& anchor,
                               Arrangement& arrangement) const {
  const RoomLayout& room = survey_.scene().room;
  const bool below_ceiling = room.ceiling_visible;
  if (below_ceiling && picked.height() > room.height - kRugGap) return 0;
  Item item = NewItem(spec, picked);
  item.solid = false;
  item.rect.yaw = anchor.rect.yaw;
  item.rect.center = anchor.rect.center;
  if (survey_.walls_are_known() && !LiesInside(item.rect, room.floor, 0)) {
    return 0;
  }
  const auto view = survey_.view().Look(
      item.rect, picked.height() * kCanopyFrom, picked.height());
  if (!view || view->visible_fraction < 0.4 || view->share > kMostCanopy) {
    return 0;
  }
  item.view = *view;
  arrangement.items().push_back(item);
  return 1;
}

int MemberPlacer::PlaceOver(const MemberSpec& spec,
                            const PickedPiece& picked,
                            const Item& anchor,
                            Arrangement& arrangement) const {
  // Only a cord made to measure ends at the ceiling.
  if (!survey_.walls_are_known() || picked.piece->source != "procedural") {
    return 0;
  }
  const double ceiling = survey_.scene().room.height;
  Item item = NewItem(spec, picked);
  item.solid = false;
  item.hangs = true;
  item.bottom = anchor.top() + kPendantGap;
  item.picked.size.z() = ceiling - item.bottom - 0.003;
  if (item.picked.height() < kShortestPendant) return 0;
  item.rect.center = anchor.rect.center;
  const auto view = survey_.view().Look(item.rect, item.bottom, ceiling);
  if (!view || view->share < 0.001 || survey_.ForegroundShare(*view) > 0.02) {
    return 0;
  }
  // A ceiling that is not seen is guessed, so the cord must leave the picture.
  if (!survey_.scene().room.ceiling_visible && view->low.y() > 1e-3) return 0;
  item.view = *view;
  arrangement.items().push_back(item);
  return 1;
}

}  // namespace stage::engine
