#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "engine/clutter/loose_things.h"

namespace stage::engine {

/// Whether a thing has no doubt.
bool Goes(const Thing& thing);
bool AnyGoes(const ThingMap& map);

/// Gives a thing that goes a doubt.
void Leave(Thing& thing, const char* why);

/// The same things, of which no other goes.
ThingMap Alone(const ThingMap& map, size_t thing);

/// What is known of the room in which things are chosen.
struct ChoiceGround {
  SceneTrust trust = SceneTrust::kNone;
  /// The floor is where it is seen, whatever else is read.
  bool floor_fits = false;
};

/// Leaves what a user wants to stay, and what only a room that is understood
/// lets go.
/// @param keep  words of --keep
void Restrain(const std::vector<std::string>& keep,
              const ChoiceGround& ground,
              std::vector<Thing>& things);

/// The things that go.
/// @return 255 on them, of this size
ImageU8 HoleOf(const ThingMap& map, int width, int height);
/// One of them, a frame with the narrow shade around it.
ImageU8 HoleOfThing(const ThingMap& map, size_t thing, int width, int height);

}  // namespace stage::engine
