#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <set>

#include "core/presets.h"
#include "engine/plan/finishing.h"
#include "engine/plan/group_builder.h"
#include "engine/plan/member_placer.h"
#include "engine/plan/plan.h"
#include "engine/plan/room_choice.h"

namespace stage::engine {
namespace {

constexpr size_t kPerGroup = 5;              // candidates kept of each template
constexpr int kGroups = 2, kGroupsWide = 5;  // beside the main one
constexpr double kGood = 0.4;         // score of a group worth stopping at
constexpr double kWideArea = 1.5;     // a room furnished wide counts as larger
constexpr double kAlternative = 0.2;  // variants may score this much less

std::string Percent(double fraction) {
  return std::to_string(static_cast<int>(std::lround(fraction * 100))) + " %";
}

bool SameArrangement(const GroupCandidate& a, const GroupCandidate& b) {
  return a.group == b.group &&
         (a.anchor.rect.center - b.anchor.rect.center).norm() < 0.7 &&
         std::abs(a.anchor.rect.yaw - b.anchor.rect.yaw) < 0.5;
}

bool IsBetter(const GroupCandidate& a, const GroupCandidate& b) {
  return a.score > b.score;
}

/// The arrangements worth a variant, of a pool with the best first.
std::vector<const GroupCandidate*> Different(
    const std::vector<GroupCandidate>& pool) {
  std::vector<const GroupCandidate*> different;
  for (const GroupCandidate& candidate : pool) {
    if (candidate.score < pool.front().score - kAlternative) continue;
    const bool known = std::any_of(
        different.begin(), different.end(), [&](const GroupCandidate* one) {
          return SameArrangement(*one, candidate);
        });
    if (!known) different.push_back(&candidate);
  }
  return different;
}

/// Members that belong to a budget and fidelity; see PlanRequest.
void Restrict(const PlanRequest& request, std::vector<MemberSpec>& members) {
  std::erase_if(members, [&](const MemberSpec& member) {
    if (!member.budget.empty() && member.budget != request.budget) return true;
    const bool on_room = member.relation == Relation::kAbove ||
                         member.relation == Relation::kOver;
    if (request.fidelity == "strict" && on_room) return true;
    // A lamp on the ceiling is a fixture, sold with the house.
    if (request.fidelity != "creative" && member.relation == Relation::kOver) {
      return true;
    }
    const bool decoration = on_room || member.relation == Relation::kOn;
    return request.budget == "low" && !member.required && decoration;
  });
}

class RoomPlanner {
 public:
  RoomPlanner(const RoomSurvey& survey,
              const StyleSheet& sheet,
              RoomTemplates templates,
              const PlanRequest& request,
              Plan& plan)
      : survey_(survey),
        sheet_(sheet),
        templates_(std::move(templates)),
        request_(request),
        plan_(plan),
        area_(PlanningArea(survey, request.room_size)) {
    for (GroupTemplate& group : templates_.groups) {
      Restrict(request, group.members);
    }
    for (GroupTemplate& group : templates_.second_groups) {
      Restrict(request, group.members);
    }
    Restrict(request, templates_.finish);
  }

  std::optional<Arrangement> Run() {
    const std::optional<GroupCandidate> main = MainGroup();
    if (!main) {
      plan_.notes.push_back(
          "nothing placed: no free floor in view takes even the smallest "
          "group");
      return std::nullopt;
    }
    plan_.score = std::clamp(main->score, 0.0, 1.0);
    Arrangement arrangement = main->arrangement;
    AddSecondGroups(main->anchor, arrangement);
    AddFinish(main->anchor, arrangement);
    return arrangement;
  }

 private:
  /// Candidates of the first tier with a good one, best first, and of further
  /// tiers where a variant asks for more arrangements than that; of all tiers,
  /// best first, where none is good.
  std::vector<GroupCandidate> Pool(bool any_size) const {
    std::set<int> tiers;
    for (const GroupTemplate& group : templates_.groups) {
      tiers.insert(group.tier);
    }
    std::vector<GroupCandidate> pool;
    bool good = false;
    for (const int tier : tiers) {
      std::vector<GroupCandidate> candidates = CandidatesOf(tier, any_size);
      const bool first = !good;
      good = good || (!candidates.empty() && candidates.front().score >= kGood);
      pool.insert(pool.end(),
                  std::make_move_iterator(candidates.begin()),
                  std::make_move_iterator(candidates.end()));
      if (first) std::stable_sort(pool.begin(), pool.end(), IsBetter);
      if (good && static_cast<int>(Different(pool).size()) > request_.variant) {
        break;
      }
    }
    for (const GroupCandidate& candidate : pool) {
      spdlog::debug("plan: {:.3f} {} of {:.2f} m at wall {}, {} complete",
                    candidate.score,
                    candidate.group,
                    candidate.anchor.picked.width(),
                    candidate.anchor.wall,
                    Percent(candidate.completeness));
    }
    return pool;
  }

  std::vector<GroupCandidate> CandidatesOf(int tier, bool any_size) const {
    std::vector<GroupCandidate> found;
    for (const GroupTemplate& group : templates_.groups) {
      const bool fits =
          area_ >= group.min_room_m2 && area_ <= group.max_room_m2;
      if (group.tier != tier || !(any_size || fits)) continue;
      const GroupBuilder builder(survey_, sheet_, group, templates_.Worth(), 0);
      for (GroupCandidate& candidate :
           builder.Candidates(Arrangement(survey_), kPerGroup)) {
        found.push_back(std::move(candidate));
      }
    }
    std::stable_sort(found.begin(), found.end(), IsBetter);
    return found;
  }

  std::optional<GroupCandidate> MainGroup() {
    std::vector<GroupCandidate> pool = Pool(false);
    if (pool.empty()) {
      pool = Pool(true);
      if (!pool.empty()) {
        plan_.notes.push_back(
            "groups meant for the room's size do not fit; took another");
      }
    }
    if (pool.empty()) return std::nullopt;
    const std::vector<const GroupCandidate*> different = Different(pool);
    const GroupCandidate& chosen =
        *different[request_.variant % different.size()];
    double low = 1, high = 0;
    for (const Item& item : chosen.arrangement.items()) {
      if (item.view.visible.empty()) continue;
      low = std::min(low, item.view.low.x());
      high = std::max(high, item.view.high.x());
    }
    plan_.notes.push_back("group '" + chosen.group + "' " +
                          (chosen.anchor.wall >= 0
                               ? "at wall " + std::to_string(chosen.anchor.wall)
                               : std::string("free in the room")) +
                          ", fills " + Percent(high - low) +
                          " of the picture's width, " +
                          Percent(chosen.completeness) + " complete; best of " +
                          std::to_string(different.size()) + " arrangements");
    NoteMissing(chosen);
    return chosen;
  }

  /// Says which pieces of the chosen group found no place.
  void NoteMissing(const GroupCandidate& chosen) {
    std::string missing;
    for (const GroupTemplate& group : templates_.groups) {
      if (group.name != chosen.group) continue;
      for (const MemberSpec& member : group.members) {
        if (chosen.arrangement.FindRole(member.role, 0) != nullptr) continue;
        missing += (missing.empty() ? "" : ", ") + member.role;
      }
    }
    if (!missing.empty()) {
      plan_.notes.push_back("no good place for: " + missing);
    }
  }

  void AddSecondGroups(const Item& main, Arrangement& arrangement) {
    const bool wide = request_.scale == "wide";
    if (request_.budget == "low" || (request_.room_size == "small" && !wide)) {
      return;
    }
    double enough = wide ? 0.35 : 0.42;
    if (request_.fidelity == "creative") enough -= 0.08;
    if (request_.budget == "high") enough -= 0.08;
    const int most = wide                        ? kGroupsWide
                     : request_.budget == "high" ? kGroups + 1
                                                 : kGroups;
    int group = 1;
    for (const GroupTemplate& spec : templates_.second_groups) {
      if (group > most) break;
      // Two of a kind side by side look like a shop.
      if (spec.anchor.function == main.function) continue;
      const double area = wide ? area_ * kWideArea : area_;
      if (area < spec.min_room_m2 || area_ > spec.max_room_m2) continue;
      const GroupBuilder builder(survey_, sheet_, spec, spec.Worth(), group);
      const auto candidates = builder.Candidates(arrangement, 1);
      if (candidates.empty() || candidates.front().score < enough) continue;
      arrangement = candidates.front().arrangement;
      plan_.notes.push_back("room left for '" + spec.name + "'");
      ++group;
    }
  }

  void AddFinish(const Item& anchor, Arrangement& arrangement) {
    size_t anchor_index = 0;
    for (size_t i = 0; i < arrangement.items().size(); ++i) {
      if (arrangement.items()[i].role == anchor.role &&
          arrangement.items()[i].group == 0) {
        anchor_index = i;
        break;
      }
    }
    const MemberPlacer placer(survey_, sheet_, 0);
    for (const MemberSpec& member : templates_.finish) {
      if (sheet_.density() < 0.3 && member.weight < 0.5) continue;
      // A further entry of one role is for rooms that the first is too big for.
      if (arrangement.FindRole(member.role, 0) != nullptr) continue;
      const auto picked = sheet_.Pick(member);
      if (!picked) {
        spdlog::debug("plan: the style has no {} that fits", member.role);
        continue;
      }
      Arrangement trial = arrangement;
      const bool placed =
          placer.Place(member, *picked, anchor_index, trial) > 0;
      const bool walkable = placed && trial.IsWalkable();
      if (walkable) arrangement = trial;
      spdlog::debug("plan: {} of {:.2f} m {}",
                    member.role,
                    picked->width(),
                    walkable ? "placed"
                    : placed ? "blocks a way"
                             : "found no place");
    }
  }

  const RoomSurvey& survey_;
  const StyleSheet& sheet_;
  RoomTemplates templates_;
  const PlanRequest& request_;
  Plan& plan_;
  double area_;
};

Placement ToPlacement(const Item& item) {
  Placement placement;
  placement.piece = item.picked.piece->id;
  placement.role = item.role;
  placement.position = {
      item.rect.center.x(), item.bottom, item.rect.center.y()};
  placement.yaw = item.rect.yaw;
  placement.size = item.picked.size;
  placement.overrides = item.picked.overrides;
  placement.parameters = item.picked.parameters;
  return placement;
}

}  // namespace

Plan PlanRoom(const Scene& scene,
              const ImageU8& srgb,
              const Catalogue& catalogue,
              const PlanRequest& request) {
  const PresetLibrary& presets =
      request.presets != nullptr ? *request.presets : InstalledPresets();
  const StylePreset& style = presets.Style(request.style);
  Plan plan;
  plan.style = style.name;
  plan.seed = request.seed;
  plan.variant = request.variant;
  plan.room = request.room;
  if (scene.trust == SceneTrust::kNone) {
    plan.notes.push_back("nothing placed: the room's geometry is not known");
    return plan;
  }
  if (request.room.empty() || request.room == "auto") {
    const RoomChoice choice = ChooseRoom(RoomSurvey(scene, {}));
    plan.room = choice.room;
    plan.notes.push_back("room '" + choice.room + "': " + choice.reason);
  }
  const RoomPreset& room = presets.Room(plan.room);
  plan.room = room.name;
  const StyleSheet sheet(style,
                         catalogue,
                         request.budget,
                         SeededChoice(request.seed, request.variant));
  const RoomTemplates templates = ReadRoomTemplates(room);
  const RoomSurvey survey(scene, srgb, templates.clearances);
  RoomPlanner planner(survey, sheet, templates, request, plan);
  std::optional<Arrangement> arrangement = planner.Run();
  if (!arrangement) return plan;
  SettleOnSurfaces(catalogue, *arrangement);
  AddSoftGoods(sheet, *arrangement);
  if (request.fidelity != "strict" &&
      style.document.value("dress_windows", true) &&
      room.document.value("dress_windows", true)) {
    AddCurtains(sheet, *arrangement);
  }
  SeedPieces(sheet, *arrangement);
  for (const Item& item : arrangement->items()) {
    plan.placements.push_back(ToPlacement(item));
  }
  return plan;
}

}  // namespace stage::engine
