#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A corner between two walls as a picture shows it.
struct RoomCorner {
  double place = 0;   ///< of the picture's width, in the middle
  double hidden = 0;  ///< share of it that lies in a hole, 0..1
  /// Places along the rest, as parts of the picture's width and height.
  std::vector<Eigen::Vector2d> seen;
};

/// The corners of a room that is understood; none of one that is not.
/// @param hole  255: hidden; any size, the whole picture
std::vector<RoomCorner> CornersOf(const Scene& scene, const ImageU8& hole);

/// What is to be done about the corners that a hole touches.
enum class CornerVerdict {
  kKeep,      ///< the room without the hole has them where they are seen
  kUseWhole,  ///< the whole picture has them there
  kUnknown,   ///< one is hidden, and the two differ on it
};

/// Compares two interpretations of a picture where a hole hides corners: with
/// the hole left out, and of the whole picture. Where they differ, what is
/// left to see of the corner decides; where one has a corner that the other
/// lacks, which is clearly surer of the room.
/// @param srgb  8-bit RGB analysis copy
CornerVerdict JudgeCorners(const Scene& without,
                           const Scene& whole,
                           const ImageU8& srgb,
                           const ImageU8& hole);

}  // namespace stage::engine
