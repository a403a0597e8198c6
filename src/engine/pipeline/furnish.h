#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/plan/plan.h"
#include "engine/render/render.h"

namespace stage::engine {

/// The meshes of a plan at their places, and what they oblige us to say.
struct Furnishing {
  std::vector<RenderObject> objects;
  std::vector<std::string> functions;  ///< of the objects, such as "sofa"
  /// One entry a distinct piece: id, name, source, licence, creator, count.
  nlohmann::json pieces = nlohmann::json::array();
  /// Attribution lines of the pieces whose licence asks for one.
  std::vector<std::string> credits;
};

/// Loads the meshes of a plan, several at a time.
/// @param threads  at most; 0: as many as the process may use
/// @throws Error(kModel) naming a piece that the catalogue lacks or cannot read
Furnishing Furnish(const Plan& plan, const Catalogue& catalogue, int threads);

}  // namespace stage::engine
