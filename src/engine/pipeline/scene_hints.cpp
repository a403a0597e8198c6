#include "engine/pipeline/scene_hints.h"

#include <fstream>

#include "core/error.h"

namespace stage::engine {

nlohmann::json ReadSidecar(const std::filesystem::path& path) {
  if (path.empty()) return nlohmann::json::object();
  std::ifstream file(path);
  if (!file) {
    throw Error(ErrorKind::kInput, path.string() + ": cannot be read");
  }
  nlohmann::json sidecar =
      nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!sidecar.is_object()) {
    throw Error(ErrorKind::kInput,
                path.string() +
                    ": is not a JSON object; `stage analyze --json` prints "
                    "one to start from");
  }
  return sidecar;
}

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
