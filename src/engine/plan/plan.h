#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/presets.h"
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

/// What a plan is asked to be.
struct PlanRequest {
  std::string room = "auto";     ///< a room preset's name, or "auto"
  std::string style = "modern";  ///< a style preset's name
  /// low | mid | high, or empty: the main set without decoration; the set and
  /// what finishes the room; all that the style decorates with as well.
  std::string budget;
  /// small | medium | large, or empty: which groups are sensible, where the
  /// photo alone would say another size.
  std::string room_size;
  /// strict leaves walls and windows as they are (no art, no curtains);
  /// creative takes places that look less certain and hangs pendants. Else the
  /// ceiling stays as it is: its lamps are fixtures, which staging may not add
  /// (MLS Now 3.3, Stellar MLS 04.05).
  std::string fidelity;
  /// wide furnishes the whole visible floor, with as many further groups as
  /// fit; otherwise the one group that the picture is about and at most two
  /// more in a large room.
  std::string scale;
  uint64_t seed = 0;  ///< pieces and colours; the same for views of one room
  int variant = 0;    ///< counts up for other arrangements and pieces
  const PresetLibrary* presets = nullptr;  ///< nullptr: InstalledPresets()
};

/// Furnishes a scene. An empty plan means that nothing fits; `notes` say why.
/// Deterministic in scene, catalogue and request. With SceneTrust::kFloorOnly
/// only floor groups on floor that the photo shows free; with kNone nothing.
/// @param srgb  8-bit RGB analysis copy of the photo, any size; may be empty
/// @throws Error(kUsage) for an unknown room or style
Plan PlanRoom(const Scene& scene,
              const ImageU8& srgb,
              const Catalogue& catalogue,
              const PlanRequest& request);

nlohmann::json PlanToJson(const Plan& plan);
/// @throws Error(kInput) naming the key that is wrong
Plan PlanFromJson(const nlohmann::json& json);

}  // namespace stage::engine
