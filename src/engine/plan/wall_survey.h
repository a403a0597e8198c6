#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/image.h"
#include "engine/plan/floor_rect.h"
#include "engine/plan/picture_view.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A wall as the planner sees it: its openings, and how busy the photo is on
/// it. u runs along the wall from its start, v up, both in metres.
class WallSurvey {
 public:
  /// @param lab  the photo as CIE Lab (L 0..100), any size; may be empty
  WallSurvey(const Wall& wall,
             std::vector<Opening> openings,
             double height,
             const PictureView& view,
             const ImageF& lab);

  const Wall& wall() const { return wall_; }
  const std::vector<Opening>& openings() const { return openings_; }

  /// How much of the rectangle is edges or differs from the rest of the wall,
  /// 0 (calm) to 1: fireplaces, shelves, unseen openings. Openings themselves
  /// do not count; an evenly patterned wall (brick) is calm.
  double Busy(double u0, double u1, double v0, double v1) const;
  /// Part of the rectangle that is in the picture, 0..1.
  double Seen(double u0, double u1, double v0, double v1) const;
  /// Where a footprint is along the wall, and its least distance from it.
  struct Shadow {
    double u0, u1, distance;
  };
  Shadow ShadowOf(const FloorRect& rect) const;
  /// A world point of the wall.
  Eigen::Vector3d At(double u, double v, double out = 0) const;

 private:
  struct Sums {
    double edges = 0, differing = 0, seen = 0, cells = 0;
  };
  Sums Over(double u0, double u1, double v0, double v1) const;
  void Measure(double height, const PictureView& view, const ImageF& lab);

  Wall wall_;
  std::vector<Opening> openings_;
  int columns_ = 0, rows_ = 0;
  std::vector<uint8_t> seen_, edge_, differs_;  ///< one a cell of the wall
  double usual_ = 0;  ///< busyness of the calmer columns: the wall's pattern
};

}  // namespace stage::engine
