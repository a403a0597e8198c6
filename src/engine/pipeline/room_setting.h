#pragma once

#include <optional>
#include <string>

#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Why a photo is not one of the room asked for: terrace furniture under a
/// ceiling, a bedroom under the sky. Nullopt where nothing speaks against it.
/// @param room  a word of presets/rooms, or "auto"
std::optional<std::string> WhyRoomIsElsewhere(const std::string& room,
                                              const Scene& scene);

}  // namespace stage::engine
