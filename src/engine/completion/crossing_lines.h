#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// A straight edge that goes on behind a hole: seen on both sides of it, with
/// the same colours beside it.
struct CrossingLine {
  Eigen::Vector2d from, to;  ///< where it enters the hole and leaves it, pixels
  double step = 0;           ///< of colour across it, CIE Lab

  Eigen::Vector2d Direction() const { return (to - from).normalized(); }
  double Length() const { return (to - from).norm(); }
  /// Distance along it from `from`, and to its left.
  double Along(const Eigen::Vector2d& at) const {
    return Direction().dot(at - from);
  }
  double Beside(const Eigen::Vector2d& at) const {
    const Eigen::Vector2d direction = Direction();
    const Eigen::Vector2d away = at - from;
    return direction.x() * away.y() - direction.y() * away.x();
  }
};

/// Finds them, the clearest first; no two meet inside the hole.
/// @param picture  display values 0..1, 3 channels
/// @param hole     255: not known; the picture's size
std::vector<CrossingLine> FindCrossingLines(const ImageF& picture,
                                            const ImageU8& hole);

}  // namespace stage::engine
