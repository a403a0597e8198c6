#include "engine/clutter/thing_judgement.h"

#include <algorithm>

namespace stage::engine {
namespace {

constexpr double kMostlyFloor = 0.95;
constexpr double kHardlyFloor = 0.04;
// Abrupter than shade and reflections end, Lab.
constexpr double kSoft = 7, kSharp = 14;
// As little as light changes a colour, a* b*.
constexpr double kFaint = 7, kDistinct = 16;
constexpr double kLargestLoose = 0.14;
constexpr double kSmallestOnWall = 0.0022;
constexpr double kLargestOnWall = 0.075;
constexpr double kTallest = 0.55;
constexpr double kCeilingPart = 0.16;
constexpr double kLeastReach = 0.015;
constexpr double kBoxLike = 0.93;
constexpr double kInOpening = 0.25, kOutdoors = 0.12;
constexpr double kStandsOut = 0.03;
constexpr double kBlack = -50;  ///< against a wall, L*
constexpr double kFramed = 0.9;
constexpr double kCorner = 0.01;

// Sunlight is never bluer than the shade around it, b*, unless it is too bright
// for the photo to tell, L*.
constexpr double kAsBlue = 5, kBluer = 9;
constexpr double kBurntOut = 92;
// A rod, of a box.
constexpr double kThin = 0.2;

double Ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

/// How surely something light on the floor is not lit by the sun.
double Unlit(const IslandMeasures& island) {
  if (island.on_floor < kMostlyFloor || island.brightness > kBurntOut ||
      island.contrast < kSharp || island.outdoors > kOutdoors) {
    return 0;
  }
  return Ramp(island.bluer, kAsBlue, kBluer);
}

/// How clearly a thing is not its surroundings in another light. Darker alone
/// may be shade, unless it is nearly black, or a rectangle all around.
double Distinctness(const IslandMeasures& island) {
  const double framed =
      Ramp(island.boxed, 0.88, 0.95) * Ramp(-island.rim_lighter, 10, 18);
  return std::max({Ramp(island.tint, kFaint, kDistinct),
                   Ramp(-island.lighter, 18, 34),
                   Ramp(-island.rim_lighter, 26, 40),
                   framed,
                   Unlit(island)});
}

void Doubt(Thing& thing, double certainty, const char* why) {
  if (certainty >= thing.certainty) return;
  thing.certainty = certainty;
  thing.doubt = certainty < kSureThing ? why : "";
}

}  // namespace

bool IsLight(const IslandMeasures& island) {
  const bool as_colourful = island.tint < kDistinct;
  const bool lit =
      island.lighter > 3 && as_colourful && island.rim_lighter > -kFaint;
  return (lit && Unlit(island) < 0.5) || island.contrast < kSoft;
}

bool IsFaint(const IslandMeasures& island) {
  constexpr double kSmall = 0.004;
  return island.area < kSmall && Distinctness(island) < 0.1;
}

Thing Judge(const IslandMeasures& island) {
  Thing thing;
  thing.place = island.on_floor >= kMostlyFloor  ? ThingPlace::kOnFloor
                : island.on_floor > kHardlyFloor ? ThingPlace::kBeforeWall
                                                 : ThingPlace::kOnWall;
  thing.certainty = 1;
  Doubt(thing,
        Ramp(island.contrast, kSoft, kSharp) * Distinctness(island),
        "is not set off clearly from the room");
  Doubt(thing,
        Ramp(island.enclosed, 0.8, 0.92),
        "is touched or hidden by other things");
  if (island.at_edge) Doubt(thing, 0.2, "is cut off by the picture's edge");
  if (island.area > kLargestLoose) {
    Doubt(thing, 0.3, "is too large to tell what lies behind it");
  }
  // What stands well out on the floor is no opening behind it.
  const bool stands_out = thing.place == ThingPlace::kBeforeWall &&
                          island.reach > kStandsOut && island.in_opening < 0.8;
  if (island.outdoors > kOutdoors ||
      (island.in_opening > kInOpening && !stands_out)) {
    Doubt(thing, 0.1, "may be a window or a door");
  }
  constexpr double kAllAround = 0.97;
  thing.plainly = thing.place != ThingPlace::kOnWall && island.surfaces <= 2 &&
                  island.enclosed > kAllAround && !island.at_edge;
  constexpr double kRug = 0.85, kSmallestRug = 0.003;
  thing.like_rug = thing.place == ThingPlace::kOnFloor &&
                   island.convex > kRug && island.area > kSmallestRug &&
                   island.width > island.height;
  thing.framed = thing.place == ThingPlace::kOnWall && island.boxed > kFramed;
  switch (thing.place) {
    case ThingPlace::kOnFloor:
      break;
    case ThingPlace::kBeforeWall:
      if (island.surfaces > 2 && island.area < kCorner) {
        Doubt(thing, 0.1, "may be a corner of the room");
      }
      if (island.reach < kLeastReach) {
        Doubt(thing, 0.1, "may be a door or built into the wall");
      }
      if ((island.height > kTallest && island.filled > kThin) ||
          island.top < kCeilingPart ||
          (island.filled > kBoxLike && island.height > island.width)) {
        Doubt(thing, 0.2, "may be built in");
      }
      break;
    case ThingPlace::kOnWall:
      if (island.lighter < kBlack) {
        Doubt(thing, 0.2, "may be a screen, a fireplace or a window at night");
      }
      if (island.top < kCeilingPart) {
        Doubt(thing, 0.1, "may be a lamp or a fixture of the ceiling");
      }
      if (island.area < kSmallestOnWall) {
        Doubt(thing, 0.1, "may be a switch, a socket or another fixture");
      }
      if (island.area > kLargestOnWall || island.filled < 0.6) {
        Doubt(thing, 0.2, "may be built in");
      }
      if (island.lighter > 0 && island.rim_lighter > kBlack) {
        Doubt(thing, 0.2, "may be a window or a lamp");
      }
      break;
  }
  return thing;
}

}  // namespace stage::engine
