#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Where in a room a thing is.
enum class ThingPlace { kOnFloor, kBeforeWall, kOnWall };

/// Something in a photo that is not the room itself.
struct Thing {
  ThingPlace place = ThingPlace::kOnFloor;
  double certainty = 0;  ///< 0..1: that it is loose, and all of it
  std::string doubt;     ///< why it is not sure, for people; empty: it is
  /// Hangs on one even wall with a rectangle for its outline: what is behind
  /// it is known in a room that is not understood, too.
  bool framed = false;
  /// Stands before one even wall on one even floor, or lies on that: both go
  /// on behind it as they are seen around it.
  bool plainly = false;
  /// Lies on the floor, wider than high, with an outline as even as a rug's.
  bool like_rug = false;
  std::string kind;  ///< a network's word for it, or empty
  /// Around it: left, top, width, height in pixels of the map.
  Eigen::Vector4i box{0, 0, 0, 0};
};

/// What stands, lies and hangs in a room.
struct ThingMap {
  Image<uint16_t> label;  ///< 1 + index into `things`; 0: room, or not known
  std::vector<Thing> things;
  /// 255 on all that does not look like floor or wall, doubtful or not.
  ImageU8 not_room;
  ImageU8 light;  ///< 255 on light and shade that have a clear rim
};

/// Certainties from which a thing goes.
inline constexpr double kSureThing = 0.5;

/// Finds what departs from floor and walls in colour and has a clear rim:
/// islands that floor and wall surround. Light and shade on them are none;
/// what may be an opening, built in or a fixture, what reaches the picture's
/// edge and what hangs under the ceiling is doubtful. Deterministic.
/// @param srgb   8-bit RGB analysis copy; the map has its size
/// @param scene  of the same photo, as far as it is known
ThingMap FindThings(const ImageU8& srgb, const Scene& scene);

}  // namespace stage::engine
