#include "engine/plan/group_builder.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/plan/member_placer.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr size_t kFurnished = 14;  // anchors that are tried with members
constexpr double kRightAngle = std::numbers::pi / 2;
constexpr double kTableEnd = 0.45;  // metres beside a dining table
constexpr double kNarrower = 0.06;  // metres, a step of widths tried
constexpr double kStepOver = 0.5;   // lower things lie about; one steps over

/// The main piece may run out of the picture at its side, as photographers
/// frame rooms; cut off at the bottom it would look like a mistake.
FitRules AnchorRules(const MemberSpec& anchor) {
  FitRules rules{.gap = 0.3,
                 .min_visible = 0.66,
                 .max_below = 0.08,
                 .max_share = 0.34,
                 .camera_distance = 0.9,
                 .max_hiding = 0.35};
  if (anchor.function == "bed") {
    rules.min_visible = 0.6;
    rules.max_below = 0.16;
    rules.max_share = 0.42;
    rules.camera_distance = 0.45;
  } else if (anchor.function == "armchair" || anchor.function == "plant") {
    rules.min_visible = 0.9;
    rules.max_share = 0.2;
  } else if (anchor.function == "dining_table" || anchor.function == "desk") {
    rules.min_visible = 0.8;
  }
  return rules;
}

/// A bed with one nightstand may have its other side at a wall.
bool IsEnteredFromBothSides(const GroupTemplate& group) {
  return std::any_of(
      group.members.begin(), group.members.end(), [](const MemberSpec& member) {
        return member.function == "nightstand" && member.count > 1;
      });
}

}  // namespace

GroupBuilder::GroupBuilder(const RoomSurvey& survey,
                           const StyleSheet& sheet,
                           const GroupTemplate& spec,
                           double full_worth,
                           int group)
    : survey_(survey),
      sheet_(sheet),
      spec_(spec),
      full_worth_(full_worth),
      group_(group) {
  if (const auto picked = sheet.Pick(spec.anchor)) {
    anchors_.push_back(*picked);
    if (picked->chaise != Chaise::kNone) anchors_.push_back(picked->Mirrored());
  }
  for (const MemberSpec& member : spec.members) {
    members_.push_back(sheet.Pick(member));
  }
}

bool GroupBuilder::HasClearance(const Item& anchor,
                                const Arrangement& start) const {
  const Clearances& wanted = survey_.clearances();
  for (const Item& other : start.items()) {
    if (other.function == "rug" && Collide(anchor.rect, other.rect, 0)) {
      return false;  // the rug of another group is that group's
    }
  }
  const auto clear = [&](double left, double right, double back, double front) {
    FloorRect zone = anchor.rect;
    zone.width += left + right;
    zone.depth += back + front;
    zone.center = anchor.rect.At((right - left) / 2, (front - back) / 2);
    if (!LiesInside(zone, survey_.scene().room.floor, 0)) return false;
    for (const Obstacle& obstacle : survey_.scene().obstacles) {
      if (obstacle.height > kStepOver && Collide(zone, obstacle.footprint)) {
        return false;
      }
    }
    for (const Item& other : start.items()) {
      if (other.solid && Collide(zone, other.rect, -0.02)) return false;
    }
    return true;
  };
  if (anchor.function == "bed") {
    if (!clear(0, 0, 0, wanted.foot_of_bed_m)) return false;
    const double side = wanted.beside_bed_m;
    if (IsEnteredFromBothSides(spec_)) return clear(side, side, 0, 0);
    return clear(side, 0, 0, 0) || clear(0, side, 0, 0);
  }
  if (anchor.function == "dining_table" || anchor.function == "outdoor_table" ||
      anchor.function == "outdoor_dining_table") {
    const double behind = wanted.behind_chairs_m;
    return clear(kTableEnd, kTableEnd, behind, behind);
  }
  if (anchor.function == "desk") return clear(0, 0, 0, wanted.behind_desk_m);
  if (anchor.function == "sofa") {
    // A chaise already reaches into the room.
    const double reach = anchor.rect.depth - anchor.BackPart().depth;
    return clear(0, 0, 0, std::max(0.3, wanted.before_sofa_m - reach));
  }
  if (anchor.function == "bar_stool") return true;
  return clear(0, 0, 0, 0.45);
}

std::vector<Item> GroupBuilder::AnchorPoses(const Arrangement& start) const {
  std::vector<Item> poses = AnchorPoses(start, anchors_);
  if (!poses.empty() || spec_.anchor.function != "bed") return poses;
  // A bed made to measure gives way up to the least width of its kind.
  for (PickedPiece anchor : anchors_) {
    if (anchor.piece->source != "procedural") continue;
    while (poses.empty() && anchor.width() > spec_.anchor.min_width) {
      anchor.size.x() =
          std::max(spec_.anchor.min_width, anchor.width() - kNarrower);
      poses = AnchorPoses(start, {anchor});
    }
  }
  return poses;
}

std::vector<Item> GroupBuilder::AnchorPoses(
    const Arrangement& start, const std::vector<PickedPiece>& anchors) const {
  std::vector<Item> poses;
  for (const PickedPiece& anchor : anchors) {
    if (spec_.at_wall) WallPoses(anchor, 0, poses);
    if (spec_.along_wall) {
      for (const double turn : {-kRightAngle, kRightAngle}) {
        WallPoses(anchor, turn, poses);
      }
    }
    if (spec_.floating || (!survey_.walls_are_known() && !spec_.at_island)) {
      FloatingPoses(anchor, poses);
    }
    if (spec_.in_corner) CornerPoses(anchor, poses);
    if (spec_.at_island) IslandPoses(anchor, poses);
  }
  const FitRules rules = AnchorRules(spec_.anchor);
  std::array<int, static_cast<size_t>(Misfit::kCount)> tally{};
  std::vector<Item> fitting;
  for (Item& pose : poses) {
    Misfit misfit = start.WhyNot(pose, rules);
    if (misfit == Misfit::kNone && !HasClearance(pose, start)) {
      misfit = Misfit::kClearance;
    }
    ++tally[static_cast<size_t>(misfit)];
    if (misfit == Misfit::kNone) fitting.push_back(std::move(pose));
  }
  if (spdlog::should_log(spdlog::level::debug)) {
    std::string reasons;
    for (size_t i = 0; i < tally.size(); ++i) {
      if (tally[i] == 0) continue;
      reasons += ", " + std::string(MisfitName(static_cast<Misfit>(i))) + " " +
                 std::to_string(tally[i]);
    }
    spdlog::debug("plan: {} of {} m: {} places{}",
                  spec_.name,
                  anchors.empty() ? 0.0 : anchors[0].width(),
                  poses.size(),
                  reasons);
  }
  return fitting;
}

int GroupBuilder::AddMember(size_t member,
                            size_t anchor,
                            Arrangement& arrangement) const {
  if (!members_[member]) return 0;
  const MemberPlacer placer(survey_, sheet_, group_);
  MemberSpec spec = spec_.members[member];
  // Ways come before extras: fewer pieces, then none.
  const int least =
      spec.relation == Relation::kAround ? (spec.count + 1) / 2 : 1;
  for (; spec.count >= least; --spec.count) {
    Arrangement trial = arrangement;
    const int count = placer.Place(spec, *members_[member], anchor, trial);
    if (count == 0) break;
    if (trial.IsWalkable()) {
      arrangement = std::move(trial);
      return count;
    }
    spec.count = count;
  }
  return 0;
}

std::optional<GroupCandidate> GroupBuilder::Furnish(const Arrangement& start,
                                                    const Item& anchor) const {
  GroupCandidate candidate{start, spec_.name, anchor};
  Arrangement& arrangement = candidate.arrangement;
  const size_t first = arrangement.items().size();
  arrangement.items().push_back(anchor);
  if (!arrangement.IsWalkable()) return std::nullopt;
  double placed = spec_.anchor.weight;
  for (size_t i = 0; i < members_.size(); ++i) {
    const MemberSpec& member = spec_.members[i];
    const int count = AddMember(i, first, arrangement);
    if (count == 0 && member.required) return std::nullopt;
    placed += member.weight * std::min(1.0, count / (1.0 * member.count));
  }
  candidate.completeness = std::clamp(placed / spec_.Worth(), 0.0, 1.0);
  candidate.score = ScoreGroup(survey_,
                               spec_,
                               arrangement,
                               anchor,
                               std::clamp(placed / full_worth_, 0.0, 1.0));
  return candidate;
}

std::vector<GroupCandidate> GroupBuilder::Candidates(const Arrangement& start,
                                                     size_t most) const {
  std::vector<GroupCandidate> candidates;
  if (anchors_.empty()) return candidates;
  for (size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i] && spec_.members[i].required) return candidates;
  }
  std::vector<std::pair<double, Item>> ranked;
  for (const Item& pose : AnchorPoses(start)) {
    Arrangement alone = start;
    alone.items().push_back(pose);
    ranked.emplace_back(ScoreGroup(survey_, spec_, alone, pose, 0), pose);
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
