#pragma once

#include <string>
#include <string_view>

namespace stage::engine {

/// The room a photo's file name speaks of ("12_master-bedroom.jpg" is a
/// bedroom), as a word of presets/rooms; empty when it says none, or several.
/// Photographers name files for people, and that is better evidence than
/// anything an empty room shows.
std::string RoomFromName(std::string_view stem);

}  // namespace stage::engine
