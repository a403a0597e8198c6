#pragma once

#include "engine/clutter/loose_things.h"

namespace stage::engine {

/// What is measured of an island in a picture; lengths in parts of the
/// picture's long side, shares 0..1.
struct IslandMeasures {
  double area = 0;  ///< of the picture
  double width = 0, height = 0;
  double top = 0;          ///< of the picture's height
  double filled = 0;       ///< of its box
  double enclosed = 0;     ///< of its rim that is floor or wall
  double on_floor = 0;     ///< of that, floor
  double reach = 0;        ///< how far below the wall's foot it ends
  double contrast = 0;     ///< across its rim, Lab
  double lighter = 0;      ///< than floor or wall, L*, middle value
  double rim_lighter = 0;  ///< the same near its rim
  double boxed = 0;        ///< how nearly it is a rectangle
  double convex = 0;       ///< of its hull that it fills
  double tint = 0;         ///< distance of colour, a* b*
  /// Than floor or wall in the same light, b*, middle value; 0: not known,
  /// for the floor mirrors windows.
  double bluer = 0;
  double brightness = 0;  ///< L*, middle value
  double in_opening = 0;  ///< of it that openings take
  double outdoors = 0;    ///< of it, sky, leaves or glare
  int surfaces = 1;       ///< floors and walls along its rim
  bool at_edge = false;   ///< of the picture
};

/// Whether an island is only light or shade, which is no thing at all.
bool IsLight(const IslandMeasures& island);

/// Whether a small island is hardly there: grain, a joint, a corner's edge.
bool IsFaint(const IslandMeasures& island);

/// Where a thing is, how sure it is, and the gravest doubt.
Thing Judge(const IslandMeasures& island);

}  // namespace stage::engine
