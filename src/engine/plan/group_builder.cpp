#include "engine/plan/group_builder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/plan/member_placer.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kBehind = 0.04;   // metres between a piece and its wall
constexpr double kStep = 0.12;     // metres between tried positions
constexpr size_t kFurnished = 14;  // anchors that are tried with members

FitRules AnchorRules(const MemberSpec& anchor) {
  FitRules rules{.gap = 0.3,
                 .min_visible = 0.72,
                 .max_share = 0.3,
                 .camera_distance = 1.0,
                 .max_hiding = 0.35};
  if (anchor.function == "bed") {
    rules.min_visible = 0.55;
    rules.max_share = 0.42;
    rules.camera_distance = 0.45;
  } else if (anchor.function == "armchair" || anchor.function == "plant") {
    rules.min_visible = 0.9;
    rules.max_share = 0.2;
  } else if (anchor.function == "dining_table" || anchor.function == "desk") {
    rules.min_visible = 0.85;
  }
  return rules;
}

/// A full set is worth more than a complete small one.
double Richness(double placed_weight) {
  constexpr double kFullSet = 5.5;
  return std::clamp((placed_weight - 1) / (kFullSet - 1), 0.0, 1.0);
}

}  // namespace

GroupBuilder::GroupBuilder(const RoomSurvey& survey,
                           const StyleSheet& sheet,
                           const GroupTemplate& spec,
                           int group)
    : survey_(survey), sheet_(sheet), spec_(spec), group_(group) {
  anchor_ = sheet.Pick(spec.anchor);
  for (const MemberSpec& member : spec.members) {
    members_.push_back(sheet.Pick(member));
  }
}

Item GroupBuilder::AnchorItem() const {
  Item item;
  item.picked = *anchor_;
  item.role = spec_.anchor.role;
  item.function = anchor_->function;
  item.group = group_;
  item.target = true;
  item.rect.width = anchor_->width();
  item.rect.depth = anchor_->depth();
  return item;
}

void GroupBuilder::WallPoses(std::vector<Item>& poses) const {
  if (!survey_.walls_are_known()) return;
  for (size_t w = 0; w < survey_.walls().size(); ++w) {
    const WallSurvey& wall = survey_.walls()[w];
    const Wall& line = wall.wall();
    const double half = anchor_->width() / 2;
    if (!line.real || line.length < 2 * half + 0.1) continue;
    std::vector<double> along{line.length / 2};
    for (double u = half + 0.05; u <= line.length - half - 0.05; u += kStep) {
      along.push_back(u);
    }
    for (const Opening& opening : wall.openings()) {
      along.push_back((opening.u0 + opening.u1) / 2);
    }
    for (const double u : along) {
      Item item = AnchorItem();
      item.wall = static_cast<int>(w);
      item.rect.yaw = YawTowards(line.normal);
      const Eigen::Vector3d at = wall.At(u, 0, anchor_->depth() / 2 + kBehind);
      item.rect.center = {at.x(), at.z()};
      poses.push_back(item);
    }
  }
}

void GroupBuilder::FloatingPoses(std::vector<Item>& poses) const {
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
        Item item = AnchorItem();
        item.rect.yaw = yaw;
        item.rect.center = center;
        poses.push_back(item);
      }
    }
  }
}

void GroupBuilder::CornerPoses(std::vector<Item>& poses) const {
  if (!survey_.walls_are_known()) return;
  const auto& walls = survey_.walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    const Wall& wall = walls[i].wall();
    const Wall& next = walls[(i + 1) % walls.size()].wall();
    if (!wall.real || !next.real) continue;
    const Vector2d inwards = wall.normal + next.normal;
    if (inwards.norm() < 0.5) continue;
    const double reach =
        std::hypot(anchor_->width(), anchor_->depth()) / 2 + 0.05;
    for (const double further : {0.0, 0.2, 0.45}) {
      for (const double turn : {-0.35, 0.0, 0.35}) {
        Item item = AnchorItem();
        item.rect.yaw = YawTowards(inwards) + turn;
        item.rect.center = next.start + inwards * (reach + further);
        poses.push_back(item);
      }
    }
  }
}

bool GroupBuilder::HasClearance(const Item& anchor,
                                const Arrangement& start) const {
  const auto clear = [&](double left, double right, double back, double front) {
    FloorRect zone = anchor.rect;
    zone.width += left + right;
    zone.depth += back + front;
    zone.center = anchor.rect.At((right - left) / 2, (front - back) / 2);
    if (!LiesInside(zone, survey_.scene().room.floor, 0)) return false;
    for (const Obstacle& obstacle : survey_.scene().obstacles) {
      if (Collide(zone, obstacle.footprint)) return false;
    }
    for (const Item& other : start.items()) {
      if (other.solid && Collide(zone, other.rect, -0.02)) return false;
    }
    return true;
  };
  if (anchor.function == "bed") {
    if (!clear(0, 0, 0, 0.6)) return false;
    const double side = 0.5;
    if (anchor.picked.width() > 1.25) return clear(side, side, 0, 0);
    return clear(side, 0, 0, 0) || clear(0, side, 0, 0);
  }
  if (anchor.function == "dining_table" || anchor.function == "outdoor_table") {
    return clear(0.45, 0.45, 0.72, 0.72);
  }
  if (anchor.function == "desk") return clear(0, 0, 0, 0.85);
  if (anchor.function == "sofa") return clear(0, 0, 0, 1.0);
  return clear(0, 0, 0, 0.45);
}

std::vector<Item> GroupBuilder::AnchorPoses(const Arrangement& start) const {
  std::vector<Item> poses;
  if (spec_.at_wall) WallPoses(poses);
  if (spec_.floating || !survey_.walls_are_known()) FloatingPoses(poses);
  if (spec_.in_corner) CornerPoses(poses);
  const FitRules rules = AnchorRules(spec_.anchor);
  std::vector<Item> fitting;
  for (Item& pose : poses) {
    if (start.Check(pose, rules) && HasClearance(pose, start)) {
      fitting.push_back(std::move(pose));
    }
  }
  return fitting;
}

std::optional<GroupCandidate> GroupBuilder::Furnish(const Arrangement& start,
                                                    const Item& anchor) const {
  GroupCandidate candidate{start, spec_.name, anchor};
  Arrangement& arrangement = candidate.arrangement;
  const size_t first = arrangement.items().size();
  arrangement.items().push_back(anchor);
  const MemberPlacer placer(survey_, sheet_, group_);
  double wanted = 1, placed = 1;
  for (size_t i = 0; i < members_.size(); ++i) {
    const MemberSpec& member = spec_.members[i];
    wanted += member.weight;
    const int count =
        members_[i] ? placer.Place(member, *members_[i], first, arrangement)
                    : 0;
    if (count == 0 && member.required) return std::nullopt;
    const double share =
        std::min(1.0, count / std::max(1.0, member.count * 1.0));
    placed += member.weight * share;
  }
  // Ways come before extras: the pieces that came last leave first.
  while (!arrangement.IsWalkable()) {
    size_t last = arrangement.items().size();
    while (last > first + 1 && !arrangement.items()[last - 1].solid) --last;
    if (last <= first + 1) return std::nullopt;
    const Item gone = arrangement.items()[last - 1];
    for (const MemberSpec& member : spec_.members) {
      if (member.role == gone.role && member.required) return std::nullopt;
      if (member.role == gone.role) placed -= member.weight / member.count;
    }
    arrangement.RemoveAt(last - 1);
    // What stood on it leaves too.
    for (size_t i = arrangement.items().size(); i-- > first + 1;) {
      const Item& item = arrangement.items()[i];
      if (!item.solid && item.bottom > 0.1 && item.wall < 0 &&
          gone.rect.Distance(item.rect.center) < 0.01) {
        arrangement.RemoveAt(i);
      }
    }
  }
  candidate.completeness = std::clamp(placed / wanted, 0.0, 1.0);
  candidate.score =
      ScoreGroup(survey_, spec_, arrangement, anchor, candidate.completeness);
  return candidate;
}

std::vector<GroupCandidate> GroupBuilder::Candidates(const Arrangement& start,
                                                     size_t most) const {
  std::vector<GroupCandidate> candidates;
  if (!anchor_) return candidates;
  for (size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i] && spec_.members[i].required) return candidates;
  }
  std::vector<std::pair<double, Item>> ranked;
  for (const Item& pose : AnchorPoses(start)) {
    Arrangement alone = start;
    alone.items().push_back(pose);
    ranked.emplace_back(ScoreGroup(survey_, spec_, alone, pose, 0.5), pose);
  }
  std::stable_sort(
      ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
      });
  // Anchors next to each other make the same group: try spread-out ones.
  std::vector<Item> tried;
  for (const auto& [score, pose] : ranked) {
    if (tried.size() == kFurnished) break;
    const bool near =
        std::any_of(tried.begin(), tried.end(), [&](const Item& other) {
          return (other.rect.center - pose.rect.center).norm() < 0.25 &&
                 std::abs(other.rect.yaw - pose.rect.yaw) < 0.3;
        });
    if (near) continue;
    tried.push_back(pose);
    if (auto candidate = Furnish(start, pose)) {
      candidates.push_back(std::move(*candidate));
    }
  }
  std::stable_sort(candidates.begin(),
                   candidates.end(),
                   [](const GroupCandidate& a, const GroupCandidate& b) {
                     return a.score > b.score;
                   });
  if (candidates.size() > most) {
    candidates.erase(candidates.begin() + most, candidates.end());
  }
  return candidates;
}

}  // namespace stage::engine
