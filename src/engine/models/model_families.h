#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace stage::models {

/// The shapes of a family of published models: what the config files of its
/// first member say, for files and measurements that come without.
struct ModelFamily {
  std::string name;  ///< "sd15", "sd2", "sdxl" or "sdxl-refiner"
  int64_t side_px = 512;
  /// By part: "unet", "vae", "text_encoder", "text_encoder_2", and "scheduler"
  /// and "index" as in scheduler_config.json and model_index.json.
  nlohmann::json parts;
};

/// @throws Error(kUsage) for a name that is none of the above
ModelFamily FamilyNamed(const std::string& name);

}  // namespace stage::models
