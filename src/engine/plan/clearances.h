#pragma once

#include <nlohmann/json.hpp>

namespace stage::engine {

/// Floor that a room's use needs, metres; a room preset may ask for other
/// values under the same names.
struct Clearances {
  double walkway_m = 0.7;  ///< least width of a way through the room
  double door_m = 0.9;     ///< before doors and passages
  double sofa_to_table_m = 0.42;
  double before_sofa_m = 0.9;
  double beside_bed_m = 0.5;
  double foot_of_bed_m = 0.6;
  double behind_chairs_m = 0.6;  ///< from the table's edge to a wall
  double behind_desk_m = 0.85;
};

/// @param json  an object with any of the fields above
/// @throws Error(kInput) naming a field that is unknown or out of range
Clearances ClearancesFromJson(const nlohmann::json& json);

}  // namespace stage::engine
