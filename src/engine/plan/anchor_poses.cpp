// GroupBuilder: where the anchor of a group may stand.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/plan/group_builder.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kBehind = 0.04;   // metres between a piece and its wall
constexpr double kStep = 0.12;     // metres between tried positions
constexpr double kBedStep = 0.04;  // of beds, which fill narrow rooms
constexpr double kLowestWorktop = 0.75, kHighestWorktop = 1.25;  // metres
constexpr double kFrame = 0.06;  // metres of a window's frame around it
constexpr double kLowestHeadboard = 0.68;

/// A headboard made to measure ends below the window that it stands under.
void KeepBelowSills(const WallSurvey& wall, Item& bed) {
  const WallSurvey::Shadow shadow = wall.ShadowOf(bed.rect);
  for (const Opening& opening : wall.openings()) {
    if (shadow.u1 < opening.u0 - kFrame || shadow.u0 > opening.u1 + kFrame) {
      continue;
    }
    const double most = opening.v0 - kFrame;
    if (most < kLowestHeadboard) return;  // it may not stand here
    bed.picked.size.z() = std::min(bed.picked.height(), most);
  }
}

}  // namespace

Item GroupBuilder::AnchorItem(const PickedPiece& anchor) const {
  Item item;
  item.picked = anchor;
  item.role = spec_.anchor.role;
  item.function = anchor.function;
  item.group = group_;
  item.target = true;
  item.rect.width = anchor.width();
  item.rect.depth = anchor.depth();
  return item;
}

void GroupBuilder::WallPoses(const PickedPiece& anchor,
                             double turn,
                             std::vector<Item>& poses) const {
  if (!survey_.walls_are_known()) return;
  const bool sideways = turn != 0;
  const double wide = sideways ? anchor.depth() : anchor.width();
  const double deep = sideways ? anchor.width() : anchor.depth();
  const double half = wide / 2;
  const bool bed = anchor.function == "bed";
  const double step = bed && !sideways ? kBedStep : kStep;
  for (size_t w = 0; w < survey_.walls().size(); ++w) {
    const WallSurvey& wall = survey_.walls()[w];
    const Wall& line = wall.wall();
    if (!line.real || line.length < wide + 0.1) continue;
    std::vector<double> along{line.length / 2};
    for (double u = half + 0.05; u <= line.length - half - 0.05; u += step) {
      along.push_back(u);
    }
    for (const Opening& opening : wall.openings()) {
      along.push_back((opening.u0 + opening.u1) / 2);
    }
    for (const double u : along) {
      Item item = AnchorItem(anchor);
      item.wall = static_cast<int>(w);
      item.rect.yaw = YawTowards(line.normal) + turn;
      const Eigen::Vector3d at = wall.At(u, 0, deep / 2 + kBehind);
      item.rect.center = {at.x(), at.z()};
      if (bed && anchor.piece->source == "procedural") {
        KeepBelowSills(wall, item);
      }
      poses.push_back(item);
    }
  }
}

void GroupBuilder::FloatingPoses(const PickedPiece& anchor,
                                 std::vector<Item>& poses) const {
  const auto& floor = survey_.scene().room.floor;
  if (floor.size() < 3) return;
  Vector2d low = floor.front(), high = floor.front();
  for (const Vector2d& corner : floor) {
    low = low.cwiseMin(corner);
    high = high.cwiseMax(corner);
  }
  // Parallel to the walls; where those are not known, to the picture.
  std::vector<double> yaws;
  for (const WallSurvey& wall : survey_.walls()) {
    const double yaw = YawTowards(wall.wall().normal);
    const bool known = std::any_of(yaws.begin(), yaws.end(), [&](double y) {
      return std::abs(std::remainder(y - yaw, 2 * std::numbers::pi)) < 0.2;
    });
    if (!known && wall.wall().length > 0.8) yaws.push_back(yaw);
  }
  const double step = 0.3;
  const Vector2d camera = survey_.view().camera_on_floor();
  for (double z = low.y() + step / 2; z < high.y(); z += step) {
    for (double x = low.x() + step / 2; x < high.x(); x += step) {
      const Vector2d center(x, z);
      const double distance = (center - camera).norm();
      if (distance < 1.2 || distance > 9) continue;
      if (!survey_.view().Shows({x, 0.3, z})) continue;
      for (const double yaw : yaws) {
        Item item = AnchorItem(anchor);
        item.rect.yaw = yaw;
        item.rect.center = center;
        poses.push_back(item);
      }
    }
  }
}

void GroupBuilder::IslandPoses(const PickedPiece& anchor,
                               std::vector<Item>& poses) const {
  for (const Obstacle& island : survey_.scene().obstacles) {
    if (island.height < kLowestWorktop || island.height > kHighestWorktop) {
      continue;
    }
    Vector2d middle(0, 0);
    for (const Vector2d& corner : island.footprint) {
      middle += corner / static_cast<double>(island.footprint.size());
    }
    for (size_t i = 0; i < island.footprint.size(); ++i) {
      const Vector2d from = island.footprint[i];
      const Vector2d to = island.footprint[(i + 1) % island.footprint.size()];
      const double length = (to - from).norm();
      if (length < 2 * anchor.width()) continue;
      const Vector2d along = (to - from) / length;
      Vector2d out(along.y(), -along.x());
      if (out.dot(from - middle) < 0) out = -out;
      for (double u = anchor.width() / 2; u <= length - anchor.width() / 2;
           u += kStep) {
        Item item = AnchorItem(anchor);
        item.rect.yaw = YawTowards(-out);
        item.rect.center = from + along * u + out * (anchor.depth() / 2 + 0.08);
        poses.push_back(item);
      }
    }
  }
}

void GroupBuilder::CornerPoses(const PickedPiece& anchor,
                               std::vector<Item>& poses) const {
  if (!survey_.walls_are_known()) return;
  const auto& walls = survey_.walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    const Wall& wall = walls[i].wall();
    const Wall& next = walls[(i + 1) % walls.size()].wall();
    if (!wall.real || !next.real) continue;
    const Vector2d inwards = wall.normal + next.normal;
    if (inwards.norm() < 0.5) continue;
    const double reach = std::hypot(anchor.width(), anchor.depth()) / 2 + 0.05;
    for (const double further : {0.0, 0.2, 0.45}) {
      for (const double turn : {-0.35, 0.0, 0.35}) {
        Item item = AnchorItem(anchor);
        item.rect.yaw = YawTowards(inwards) + turn;
        item.rect.center = next.start + inwards * (reach + further);
        poses.push_back(item);
      }
    }
  }
}

}  // namespace stage::engine
