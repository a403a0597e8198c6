#pragma once

#include <Eigen/Core>
#include <functional>
#include <string_view>
#include <vector>

#include "core/image.h"
#include "engine/plan/clearances.h"
#include "engine/plan/floor_rect.h"
#include "engine/plan/line_of_sight.h"
#include "engine/plan/picture_view.h"
#include "engine/plan/wall_survey.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Why something may not stand where it was tried.
enum class Misfit {
  kNone,
  kNearCamera,
  kOverlaps,   ///< another piece
  kOutside,    ///< through a wall
  kDoor,       ///< in a door's swing, before a passage
  kObstacle,   ///< where the photo shows something standing
  kWindow,     ///< covers one
  kTaken,      ///< on floor that the photo does not show free
  kCropped,    ///< by the border of the picture
  kTooLarge,   ///< in the picture
  kHides,      ///< another piece
  kHidden,     ///< by a corner of the room, or by what stands in the photo
  kClearance,  ///< no room left to use it
  kCount
};
std::string_view MisfitName(Misfit misfit);

/// A scene made ready for asking "may something stand here?".
class RoomSurvey {
 public:
  RoomSurvey(const Scene& scene,
             const ImageU8& srgb,
             const Clearances& clearances = {});

  const Scene& scene() const { return scene_; }
  const Clearances& clearances() const { return clearances_; }
  const PictureView& view() const { return view_; }
  const std::vector<WallSurvey>& walls() const { return walls_; }
  /// Floor that doors and passages need.
  const std::vector<FloorRect>& door_zones() const { return door_zones_; }
  /// Openings as the picture shows them, those in view only.
  const std::vector<BoxView>& opening_views() const { return opening_views_; }
  const LineOfSight& line_of_sight() const { return line_of_sight_; }
  bool walls_are_known() const { return scene_.trust == SceneTrust::kRoom; }
  /// Floor that is in the picture and free, square metres.
  double visible_floor_m2() const { return visible_floor_m2_; }

  /// What keeps the footprint of a piece of some height from its place: the
  /// walls, doors, obstacles and what the photo shows standing there, or a
  /// window that it would cover.
  /// @param beside  metres that it may reach before a window's side
  Misfit WhyNotFree(const FloorRect& rect,
                    double height,
                    double beside = 0.02) const;
  bool IsFree(const FloorRect& rect, double height) const {
    return WhyNotFree(rect, height) == Misfit::kNone;
  }
  /// Part of a footprint's floor that is not free, 0..1: of the part in the
  /// picture, or of the whole where a piece that stands there must be sure of
  /// its floor and the walls are not known.
  enum class Unseen { kIgnored, kMustBeSure };
  double OccupiedFloor(const FloorRect& rect,
                       Unseen unseen = Unseen::kMustBeSure) const;
  /// Busyness of the walls directly behind a piece, 0..1.
  double BusyBehind(const FloorRect& rect, double reach) const;
  /// Part of what a box would cover that is foreground of the photo, 0..1.
  double ForegroundShare(const BoxView& view) const;
  /// Whether all of `solids` leave ways of a walkway's width between the doors,
  /// the camera and each of `targets`, as far as the empty room has them.
  bool IsWalkable(const std::vector<FloorRect>& solids,
                  const std::vector<FloorRect>& targets) const;

 private:
  void SurveyFloor();
  bool CoversWindow(const FloorRect& rect, double height, double beside) const;
  std::vector<int> Components(const std::vector<FloorRect>& solids) const;
  int ComponentNear(const std::vector<int>& components,
                    const FloorRect& rect) const;
  void SurveyWays();

  /// How far each cell of the floor is from walls and obstacles, and which
  /// cells of the empty room are connected.
  struct Ways {
    Eigen::Vector2d origin{0, 0};
    int width = 0, height = 0;
    std::vector<float> clearance;  ///< metres
    std::vector<int> empty_room;   ///< component of each cell; 0: too narrow
    Eigen::Vector2d At(size_t cell) const;
    /// Calls `visit(cell, distance)` for cells nearer than `reach` to a
    /// rectangle, until it answers false; true when it never does.
    bool VisitNear(const FloorRect& rect,
                   double reach,
                   const std::function<bool(size_t, double)>& visit) const;
  };

  Scene scene_;
  Clearances clearances_;
  PictureView view_;
  LineOfSight line_of_sight_;
  std::vector<WallSurvey> walls_;
  std::vector<FloorRect> door_zones_;
  std::vector<BoxView> opening_views_;
  double visible_floor_m2_ = 0;
  Eigen::Vector2d grid_origin_{0, 0};
  int grid_width_ = 0, grid_height_ = 0;
  enum Cell : uint8_t { kInside = 1, kSeen = 2, kTaken = 4 };
  std::vector<uint8_t> grid_;
  Ways ways_;
};

}  // namespace stage::engine
