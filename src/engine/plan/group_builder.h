#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/arrangement.h"
#include "engine/plan/group_template.h"
#include "engine/plan/style_sheet.h"

namespace stage::engine {

/// A furnished candidate: one group at one place.
struct GroupCandidate {
  Arrangement arrangement;
  std::string group;
  Item anchor;
  double score = 0;
  double completeness = 0;  ///< weight of the members placed, 0..1
};

/// Finds places for one group template.
class GroupBuilder {
 public:
  /// @param full_worth  what a fully furnished room would be worth
  /// @param group  0 for the main group, counting up for further ones
  GroupBuilder(const RoomSurvey& survey,
               const StyleSheet& sheet,
               const GroupTemplate& spec,
               double full_worth,
               int group);

  /// The best candidates with all members, best first, at most `most`.
  std::vector<GroupCandidate> Candidates(const Arrangement& start,
                                         size_t most) const;

 private:
  std::vector<Item> AnchorPoses(const Arrangement& start) const;
  std::vector<Item> AnchorPoses(const Arrangement& start,
                                const std::vector<PickedPiece>& anchors) const;
  /// With its back at a wall, or with a side where `turn` is a right angle.
  void WallPoses(const PickedPiece& anchor,
                 double turn,
                 std::vector<Item>& poses) const;
  void FloatingPoses(const PickedPiece& anchor, std::vector<Item>& poses) const;
  void IslandPoses(const PickedPiece& anchor, std::vector<Item>& poses) const;
  void CornerPoses(const PickedPiece& anchor, std::vector<Item>& poses) const;
  bool HasClearance(const Item& anchor, const Arrangement& start) const;
  /// Adds a member so that ways stay open; the number of pieces added.
  int AddMember(size_t member, size_t anchor, Arrangement& arrangement) const;
  std::optional<GroupCandidate> Furnish(const Arrangement& start,
                                        const Item& anchor) const;
  Item AnchorItem(const PickedPiece& anchor) const;

  const RoomSurvey& survey_;
  const StyleSheet& sheet_;
  const GroupTemplate& spec_;
  double full_worth_;
  int group_;
  std::vector<PickedPiece> anchors_;  ///< one, or one a side for its chaise
  std::vector<std::optional<PickedPiece>> members_;
};

/// How good a group looks in room and picture, about 0..1 (may be negative).
/// @param fullness  how much of a full set of furniture it is, 0..1
double ScoreGroup(const RoomSurvey& survey,
                  const GroupTemplate& spec,
                  const Arrangement& arrangement,
                  const Item& anchor,
                  double fullness);

}  // namespace stage::engine
