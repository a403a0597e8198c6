#include "engine/pipeline/scene_hints.h"

namespace stage::engine {

SceneHints CollectHints(const Photo& photo,
                        const nlohmann::json& sidecar,
                        std::optional<double> camera_height_m,
                        std::optional<double> ceiling_height_m) {
  SceneHints hints = HintsFromJson(sidecar);
  if (!hints.focal_length_35mm) {
    hints.focal_length_35mm = photo.source.focal_length_35mm;
  }
  if (camera_height_m) hints.camera_height_m = camera_height_m;
  if (ceiling_height_m) hints.ceiling_height_m = ceiling_height_m;
  return hints;
}

}  // namespace stage::engine
