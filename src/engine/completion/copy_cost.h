#pragma once

#include <vector>

#include "core/image.h"
#include "engine/completion/crossing_lines.h"

namespace stage::engine {

/// What a copy costs beside the difference of the patches; squared units of
/// the pixels.
struct CopyCost {
  /// For a copy from another height: walls repeat along, not up. The cost of
  /// `rise_px` or more.
  double rise = 0;
  double rise_px = 1;
  /// Rows between a wall's skirting and cornice: what lies beyond runs along.
  double plain_from = 0, plain_to = 0;
  /// Rows of one even colour, between which a rise costs nothing.
  double even_from = 0, even_to = 0;
  bool IsPlain(int row) const { return row >= plain_from && row < plain_to; }
  /// For a copy from as far as the picture's longer side.
  double far = 0;
  /// For each factor of two that the source is blurrier than the target.
  double blur = 0;
  /// For a copy from the other side of an edge that goes on behind the hole,
  /// and for one that would move the edge.
  double astray = 0;
  std::vector<CrossingLine> lines;
  /// For a copy from what looks otherwise than the hole's rim: 1 channel, 0
  /// and more, times `unlikely` when squared. Empty: none does.
  ImageF unlike;
  double unlikely = 0;

  /// The same for a picture reduced by 2^level.
  CopyCost AtLevel(int level) const;
  /// @return 0 to `unlikely` times kMostUnlike squared, of a copy from (x, y)
  double Unlike(int x, int y) const;
  /// @return 0 to `astray` for each line, of a copy from one pixel to another
  double Astray(const Eigen::Vector2d& to, const Eigen::Vector2d& from) const;
};

}  // namespace stage::engine
