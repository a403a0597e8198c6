#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/rectified_wall.h"

namespace stage::engine {

/// Where a rectangle's side may lie, in cells of a RectifiedWall.
struct Side {
  int cell = 0;
  bool is_border = false;  ///< not an edge seen but the end of what is seen
};

/// A rectangle in a wall; `bottom` and `top` count up from the floor.
struct Rectangle {
  Side left, right, bottom, top;
  int width() const { return right.cell - left.cell; }
  int height() const { return top.cell - bottom.cell; }
};

/// Sums over a wall that make the score of any rectangle cheap. Cells are
/// given as [x0, x1) and [y0, y1); what lies outside the wall counts as
/// invisible.
class WallEvidence {
 public:
  explicit WallEvidence(const RectifiedWall& wall);

  double Valid(int x0, int y0, int x1, int y1) const;  ///< visible cells
  double Other(int x0, int y0, int x1, int y1) const;  ///< unlike the wall
  /// Share of other-than-wall cells among the visible ones, and 0 if none.
  double OtherShare(int x0, int y0, int x1, int y1) const;
  double Hidden(int x0, int y0, int x1, int y1) const;   ///< behind something
  double Light(int x0, int y0, int x1, int y1) const;    ///< sum of L* / 100
  double Clipped(int x0, int y0, int x1, int y1) const;  ///< whitest cells
  /// Lowest and highest row in which 40 % of a width is visible; -1 if none.
  int FirstSeenRow(int x0, int x1) const;
  int LastSeenRow(int x0, int x1) const;
  /// How much of an upright line's visible part is an edge, 0..1.
  double UprightSupport(int x, int y0, int y1) const;
  /// How much of a level line's visible part is an edge, 0..1.
  double LevelSupport(int y, int x0, int x1) const;

 private:
  bool IsSeen(int y, int x0, int x1) const;
  double Sum(const cv::Mat& sums, int x0, int y0, int x1, int y1) const;

  int columns_, rows_;
  cv::Mat valid_sum_, other_sum_, upright_sum_, level_sum_, light_sum_,
      clipped_sum_, hidden_sum_;
};

/// The lines of a wall that openings may begin and end at, and the ends of its
/// visible part, in rising order.
struct SideCandidates {
  std::vector<Side> upright, level;
};
SideCandidates FindSides(const RectifiedWall& wall);

}  // namespace stage::engine
