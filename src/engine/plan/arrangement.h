#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/floor_rect.h"
#include "engine/plan/picture_view.h"
#include "engine/plan/room_survey.h"
#include "engine/plan/style_sheet.h"

namespace stage::engine {

/// A piece at its place, while a plan is being made.
struct Item {
  PickedPiece picked;
  std::string role;
  std::string function;
  FloorRect rect;
  double bottom = 0;    ///< metres above the floor
  bool solid = true;    ///< takes floor: nothing else may stand there
  bool hangs = false;   ///< from the ceiling
  bool target = false;  ///< a way must lead to it
  int wall = -1;        ///< the wall it stands or hangs at
  int group = 0;        ///< 0: the main group
  BoxView view;         ///< filled in by Arrangement::Check

  double top() const { return bottom + picked.height(); }
  /// The rectangles that it covers: one, or the two arms of a sofa with a
  /// chaise.
  std::vector<FloorRect> Parts() const;
  /// The part with the backrest, the whole for most pieces.
  FloorRect BackPart() const;
  /// The floor before the seats: beside a chaise, where there is one.
  FloorRect SeatPart() const;
};

/// What an item must keep to.
struct FitRules {
  double gap = 0.06;               ///< metres to other pieces
  double min_visible = 0.9;        ///< fraction of its outline in the picture
  double max_below = 0.12;         ///< fraction cut off by the lower border
  double max_share = 0.2;          ///< of the picture's area
  double camera_distance = 1.0;    ///< metres
  double max_hiding = 0.35;        ///< part of another piece it may cover
  double max_behind_walls = 0.08;  ///< part of it that corners may hide
  double max_behind_obstacles = 0.3;  ///< and what stands in the photo
};

/// Pieces placed so far. Cheap to copy: candidates are tried on copies.
class Arrangement {
 public:
  explicit Arrangement(const RoomSurvey& survey) : survey_(&survey) {}

  /// Misfit::kNone, with `item.view` filled in, when the item may be added.
  Misfit WhyNot(Item& item, const FitRules& rules) const;
  bool Check(Item& item, const FitRules& rules) const {
    return WhyNot(item, rules) == Misfit::kNone;
  }
  /// Adds when Check holds.
  bool TryAdd(Item item, const FitRules& rules);
  /// Adds what was checked otherwise (rugs, things on tables and walls);
  /// false when it is not in the picture.
  bool Add(Item item);
  void RemoveAt(size_t index) { items_.erase(items_.begin() + index); }

  const std::vector<Item>& items() const { return items_; }
  std::vector<Item>& items() { return items_; }
  const RoomSurvey& survey() const { return *survey_; }
  const Item* FindRole(const std::string& role, int group) const;
  /// Footprints that take floor, and those that need a way to them.
  std::vector<FloorRect> Solids() const;
  std::vector<FloorRect> Targets() const;
  bool IsWalkable() const { return survey_->IsWalkable(Solids(), Targets()); }
  /// Greatest part of a farther item that `view` covers.
  double Hides(const BoxView& view) const;
  /// Part of `view` that nearer items cover.
  double HiddenBy(const BoxView& view) const;

 private:
  const RoomSurvey* survey_;
  std::vector<Item> items_;
};

}  // namespace stage::engine
