#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// One piece in the room.
struct Placement {
  std::string piece;  ///< catalogue id
  std::string role;   ///< "anchor", "rug", "art", ...
  Eigen::Vector3d position{
      0, 0, 0};                   ///< of the footprint's centre, bottom; metres
  double yaw = 0;                 ///< radians about +Y; 0: front looks to +Z
  Eigen::Vector3d size{0, 0, 0};  ///< width, depth, height; zeros: its own
  std::vector<MaterialOverride> overrides;
  nlohmann::json parameters = nlohmann::json::object();
};

struct Plan {
  std::string room;  ///< room type planned for
  std::string style;
  uint64_t seed = 0;
  int variant = 0;
  std::vector<Placement> placements;
  double score = 0;                ///< 0..1, how good the planner finds it
  std::vector<std::string> notes;  ///< decisions worth telling
};

struct PlanRequest {
  std::string room = "auto";
  std::string style = "modern";
  std::string budget;     ///< low | mid | high, or empty
  std::string room_size;  ///< small | medium | large, or empty
  std::string fidelity;
  uint64_t seed = 0;
  int variant = 0;
};

/// Furnishes a scene. An empty plan means that nothing fits; `notes` say why.
/// Deterministic in scene, catalogue and request.
Plan PlanRoom(const Scene& scene,
              const ImageU8& srgb,
              const Catalogue& catalogue,
              const PlanRequest& request);

nlohmann::json PlanToJson(const Plan& plan);
/// @throws Error(kInput) naming the key that is wrong
Plan PlanFromJson(const nlohmann::json& json);

}  // namespace stage::engine
