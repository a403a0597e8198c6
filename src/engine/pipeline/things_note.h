#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/clutter/loose_things.h"

namespace stage::engine {

/// What became of each thing, for the manifest: "box" in pixels of the photo,
/// "place", "certainty" 0..1, "removed", "left_because" of those that stay,
/// "kind" where a network named it.
/// @param photo_width  pixels
nlohmann::json ThingsJson(const ThingMap& found, int photo_width);

/// The same in a sentence, or empty when all that was found is gone.
std::string ThingsNote(const ThingMap& found, bool outdoors);

}  // namespace stage::engine
