#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/presets.h"
#include "engine/plan/clearances.h"

namespace stage::engine {

/// How a member of a group stands to its anchor.
enum class Relation {
  kUnder,     ///< a rug below the group
  kFront,     ///< before the anchor's front, `gap` away
  kFlank,     ///< beside the space in front, turned to it
  kOpposite,  ///< across the space in front, facing the anchor
  kBeside,    ///< at a side, backs aligned
  kOn,        ///< on top of the member named by `on`
  kAround,    ///< chairs around a table
  kAbove,     ///< on the wall above
  kTucked,    ///< a chair at a desk, facing it
  kFoot,      ///< at the foot of a bed
  kWall,      ///< along any calm wall
  kCorner,    ///< in a visible corner, or beside the group
  kPair,      ///< a second anchor beside the first (two armchairs)
  kOver,      ///< hangs from the ceiling over the member named by `on`
  kRow,       ///< more of the anchor along the island that it stands at
  kThrough,   ///< its pole stands in the middle of the table named by `on`
};

/// One piece of a group.
struct MemberSpec {
  std::string role;      ///< name within the plan; default: the function
  std::string function;  ///< of the catalogue
  std::vector<std::string> alternatives;  ///< functions that do as well
  double min_height = 0;                  ///< metres, of the piece picked
  Relation relation = Relation::kFront;
  double min_width = 0, max_width = 10;  ///< metres, of the piece picked
  /// Width, depth, height for pieces that can be made to measure.
  std::optional<Eigen::Vector3d> size;
  double gap = 0.05;      ///< metres to the anchor
  int count = 1;          ///< most pieces
  bool chaise = false;    ///< a sofa with a chaise, and no other
  bool required = false;  ///< without it the group is not worth having
  double weight = 1;      ///< what it adds to a furnished room
  std::string budget;     ///< only for this --budget; empty: for any
  std::string on;         ///< role that it is on, above or over
  nlohmann::json parameters = nlohmann::json::object();
};

/// A group of furniture: an anchor and what belongs to it. Groups of a room
/// compete; the weight of what they place decides, and how they look.
struct GroupTemplate {
  std::string name;
  MemberSpec anchor;
  bool at_wall = false, floating = false, in_corner = false;
  bool along_wall = false;  ///< one side at a wall: a bed in a narrow room
  bool at_island = false;   ///< before an obstacle as high as a worktop
  std::vector<MemberSpec> members;
  double cost = 0;  ///< taken off the score
  int tier = 0;     ///< tried only where no group of an earlier tier looks good
  double min_room_m2 = 0, max_room_m2 = 1000;
  /// Picture width the group should fill, as fractions.
  double min_picture_width = 0.42, max_picture_width = 0.85;

  /// Weight of the anchor and all members.
  double Worth() const;
};

/// What a room preset says about furniture.
struct RoomTemplates {
  std::vector<GroupTemplate> groups;
  std::vector<GroupTemplate> second_groups;  ///< where there is room left
  std::vector<MemberSpec> finish;            ///< plants and such
  Clearances clearances;

  /// Worth of the richest main group.
  double Worth() const;
};

RoomTemplates ReadRoomTemplates(const RoomPreset& room);

}  // namespace stage::engine
