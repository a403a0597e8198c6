#include "engine/pipeline/scene_hints.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr int kAnalysisLongEdgePx = 1536;
constexpr int kLeastEdgePx = 64;  // of the copy

}  // namespace

ImageU8 AnalysisCopy(const Photo& photo, const ColorConverter& converter) {
  ImageU8 copy = ReadSrgb8(photo, converter, kAnalysisLongEdgePx);
  if (std::min(copy.width(), copy.height()) < kLeastEdgePx) {
    throw Error(ErrorKind::kInput,
                photo.source.path.filename().string() + ": a picture of " +
                    std::to_string(photo.width()) + " x " +
                    std::to_string(photo.height()) +
                    " pixels shows no room; use the photo itself, not a "
                    "reduced copy or a strip of it");
  }
  return copy;
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
