#include "engine/plan/group_template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"

namespace stage::engine {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<const char*, Relation>, 16> kRelations = {{
    {"under", Relation::kUnder},
    {"front", Relation::kFront},
    {"flank", Relation::kFlank},
    {"opposite", Relation::kOpposite},
    {"beside", Relation::kBeside},
    {"on", Relation::kOn},
    {"around", Relation::kAround},
    {"above", Relation::kAbove},
    {"tucked", Relation::kTucked},
    {"foot", Relation::kFoot},
    {"wall", Relation::kWall},
    {"corner", Relation::kCorner},
    {"pair", Relation::kPair},
    {"over", Relation::kOver},
    {"row", Relation::kRow},
    {"through", Relation::kThrough},
}};

Relation ReadRelation(const std::string& word) {
  for (const auto& [name, relation] : kRelations) {
    if (word == name) return relation;
  }
  throw Error(ErrorKind::kInput, "preset: unknown relation '" + word + "'");
}

MemberSpec ReadMember(const json& entry) {
  MemberSpec member;
  member.function = entry.at("function");
  member.role = entry.value("role", member.function);
  member.alternatives = entry.value("alternatives", std::vector<std::string>{});
  member.min_height = entry.value("min_height", 0.0);
  member.relation = ReadRelation(entry.value("relation", "front"));
  if (entry.contains("width")) {
    member.min_width = entry["width"].at(0);
    member.max_width = entry["width"].at(1);
  }
  if (entry.contains("size")) {
    const json& size = entry["size"];
    member.size = Eigen::Vector3d(size.at(0), size.at(1), size.at(2));
  }
  member.gap = entry.value("gap", member.gap);
  member.count = entry.value("count", member.count);
  member.chaise = entry.value("chaise", false);
  member.required = entry.value("required", member.required);
  member.weight = entry.value("weight", member.weight);
  member.budget = entry.value("budget", member.budget);
  member.on = entry.value("on", member.on);
  member.parameters = entry.value("parameters", json::object());
  return member;
}

/// Members of a group: entries, or names of the room's shared sets.
void ReadMembers(const json& list,
                 const json& sets,
                 std::vector<MemberSpec>& members) {
  for (const json& entry : list) {
    if (entry.is_string()) {
      ReadMembers(sets.at(entry.get<std::string>()), sets, members);
    } else {
      members.push_back(ReadMember(entry));
    }
  }
}

GroupTemplate ReadGroup(const json& entry, const json& sets) {
  GroupTemplate group;
  group.name = entry.at("name");
  group.anchor = ReadMember(entry.at("anchor"));
  for (const json& stand : entry["anchor"].at("stand")) {
    group.at_wall |= stand == "wall" || stand == "window";
    group.along_wall |= stand == "side";
    group.floating |= stand == "float";
    group.in_corner |= stand == "corner";
    group.at_island |= stand == "island";
  }
  ReadMembers(entry.value("members", json::array()), sets, group.members);
  group.cost = entry.value("cost", 0.0);
  group.tier = entry.value("tier", 0);
  if (entry.contains("room_m2")) {
    group.min_room_m2 = entry["room_m2"].at(0);
    group.max_room_m2 = entry["room_m2"].at(1);
  }
  if (entry.contains("picture_width")) {
    group.min_picture_width = entry["picture_width"].at(0);
    group.max_picture_width = entry["picture_width"].at(1);
  }
  return group;
}

}  // namespace

double GroupTemplate::Worth() const {
  double worth = anchor.weight;
  for (const MemberSpec& member : members) worth += member.weight;
  return worth;
}

double RoomTemplates::Worth() const {
  double worth = 1;
  for (const GroupTemplate& group : groups) {
    worth = std::max(worth, group.Worth());
  }
  return worth;
}

RoomTemplates ReadRoomTemplates(const RoomPreset& room) {
  RoomTemplates templates;
  const json sets = room.document.value("sets", json::object());
  try {
    templates.clearances =
        ClearancesFromJson(room.document.value("clearances", json::object()));
  } catch (const Error& error) {
    throw Error(error.kind(), room.file.string() + ": " + error.what());
  }
  for (const json& group : room.document.at("groups")) {
    templates.groups.push_back(ReadGroup(group, sets));
  }
  for (const json& group :
       room.document.value("second_groups", json::array())) {
    templates.second_groups.push_back(ReadGroup(group, sets));
  }
  ReadMembers(
      room.document.value("finish", json::array()), sets, templates.finish);
  return templates;
}

}  // namespace stage::engine
