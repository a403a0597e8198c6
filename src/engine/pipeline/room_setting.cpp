#include "engine/pipeline/room_setting.h"

namespace stage::engine {

std::optional<std::string> WhyRoomIsElsewhere(const std::string& room,
                                              const Scene& scene) {
  const bool wants_outdoors = room == "outdoor";
  // Whoever drew a floor has looked; then the scene is trusted.
  if (scene.outdoors && !wants_outdoors && scene.trust == SceneTrust::kNone) {
    return "taken out of doors (a sky is seen), where --room " + room +
           " cannot be staged; --room outdoor furnishes terraces";
  }
  if (!scene.outdoors && wants_outdoors && scene.room.ceiling_visible) {
    return "an interior (a ceiling is seen), where --room outdoor would put "
           "terrace furniture; ask for the room that it is";
  }
  return std::nullopt;
}

}  // namespace stage::engine
