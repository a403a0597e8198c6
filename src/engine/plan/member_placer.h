#pragma once

#include "engine/plan/arrangement.h"
#include "engine/plan/group_template.h"

namespace stage::engine {

/// Puts the members of a group around its anchor. Each call adds up to
/// `spec.count` pieces and returns how many it added.
class MemberPlacer {
 public:
  MemberPlacer(const RoomSurvey& survey, const StyleSheet& sheet, int group)
      : survey_(survey), sheet_(sheet), group_(group) {}

  int Place(const MemberSpec& spec,
            const PickedPiece& picked,
            size_t anchor,
            Arrangement& arrangement) const;

 private:
  int PlaceFront(const MemberSpec&,
                 const PickedPiece&,
                 const Item& anchor,
                 Arrangement&) const;
  int PlaceFlank(const MemberSpec&,
                 const PickedPiece&,
                 const Item& anchor,
                 Arrangement&) const;
  int PlaceOpposite(const MemberSpec&,
                    const PickedPiece&,
                    const Item& anchor,
                    Arrangement&) const;
  int PlaceBeside(const MemberSpec&,
                  const PickedPiece&,
                  const Item& anchor,
                  Arrangement&) const;
  int PlaceAround(const MemberSpec&,
                  const PickedPiece&,
                  const Item& anchor,
                  Arrangement&) const;
  int PlaceTucked(const MemberSpec&,
                  const PickedPiece&,
                  const Item& anchor,
                  Arrangement&) const;
  int PlaceFoot(const MemberSpec&,
                const PickedPiece&,
                const Item& anchor,
                Arrangement&) const;
  int PlacePair(const MemberSpec&,
                const PickedPiece&,
                const Item& anchor,
                Arrangement&) const;
  int PlaceRow(const MemberSpec&,
               const PickedPiece&,
               const Item& anchor,
               Arrangement&) const;
  int PlaceOver(const MemberSpec&,
                const PickedPiece&,
                const Item& anchor,
                Arrangement&) const;
  int PlaceThrough(const MemberSpec&,
                   const PickedPiece&,
                   const Item& anchor,
                   Arrangement&) const;
  int PlaceAtWall(const MemberSpec&,
                  const PickedPiece&,
                  const Item& anchor,
                  Arrangement&) const;
  int PlaceInCorner(const MemberSpec&,
                    const PickedPiece&,
                    const Item& anchor,
                    Arrangement&) const;
  int PlaceRug(const MemberSpec&,
               const PickedPiece&,
               const Item& anchor,
               Arrangement&) const;
  int PlaceOn(const MemberSpec&, const PickedPiece&, Arrangement&) const;
  int PlaceAbove(const MemberSpec&,
                 const PickedPiece&,
                 const Item& anchor,
                 Arrangement&) const;
  /// Along the walls, or behind the group where walls are not known: places
  /// for something `half` metres in radius.
  std::vector<Eigen::Vector2d> OutOfTheWay(double half,
                                           const Item& anchor) const;
  Item NewItem(const MemberSpec& spec, const PickedPiece& picked) const;

  const RoomSurvey& survey_;
  const StyleSheet& sheet_;
  int group_;
};

}  // namespace stage::engine
