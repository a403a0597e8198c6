#pragma once

#include <string>
#include <vector>

namespace stage::engine {

/// What `--object CATEGORY:NAME` asks for: functions of catalogue pieces, any
/// of which will do, by what they can be put on. At least one is not empty.
struct ObjectWish {
  std::vector<std::string> on_floor;
  std::vector<std::string> on_table;
  std::vector<std::string> on_wall;
};

/// @throws Error(kUsage) for unknown words, with a suggestion; Error(kModel)
///         for people, animals and what stands in streets
ObjectWish ParseObject(const std::string& object);

}  // namespace stage::engine
