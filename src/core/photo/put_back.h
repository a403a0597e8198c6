#pragma once

#include <array>

#include "core/photo/photo.h"

namespace stage {

/// A photo with a picture of one of its parts put back in its place.
struct PutBackPhoto {
  Photo photo;
  /// Of the pixels along the edges of that part, the share (0..1) that the
  /// picture shows visibly unlike the photo: things cut through, or another
  /// light.
  double seam = 0;
};

/// Puts `part` back where it was cut out. The photo keeps its profile and depth
/// and, unless `part` shows less detail than it, its size; then it is reduced
/// to that detail. What lies outside of the part keeps its values, but for that
/// reduction; the part's edges are blended over into it.
/// @param cut  the part's place in the photo: x, y, width, height as shares
/// @throws Error(kInput) when `cut` holds no pixel
PutBackPhoto PutBack(const Photo& photo,
                     const Photo& part,
                     const std::array<double, 4>& cut);

}  // namespace stage
