#include "engine/plan/clearances.h"

#include <array>
#include <string>
#include <utility>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr std::array<std::pair<const char*, double Clearances::*>, 8> kFields =
    {{
        {"walkway_m", &Clearances::walkway_m},
        {"door_m", &Clearances::door_m},
        {"sofa_to_table_m", &Clearances::sofa_to_table_m},
        {"before_sofa_m", &Clearances::before_sofa_m},
        {"beside_bed_m", &Clearances::beside_bed_m},
        {"foot_of_bed_m", &Clearances::foot_of_bed_m},
        {"behind_chairs_m", &Clearances::behind_chairs_m},
        {"behind_desk_m", &Clearances::behind_desk_m},
    }};

double Clearances::*FieldNamed(const std::string& name) {
  for (const auto& [known, field] : kFields) {
    if (name == known) return field;
  }
  throw Error(ErrorKind::kInput, "unknown clearance '" + name + "'");
}

}  // namespace

Clearances ClearancesFromJson(const nlohmann::json& json) {
  Clearances clearances;
  for (const auto& [name, value] : json.items()) {
    double Clearances::*const field = FieldNamed(name);
    if (!value.is_number() || value < 0.0 || value > 3.0) {
      throw Error(
          ErrorKind::kInput,
          "clearance '" + name + "' must be a number of metres from 0 to 3");
    }
    clearances.*field = value;
  }
  return clearances;
}

}  // namespace stage::engine
