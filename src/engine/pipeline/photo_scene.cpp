#include "engine/pipeline/photo_scene.h"

#include "core/sidecar.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {

Scene SceneOfPhoto(const StagingJob& job,
                   const Photo& photo,
                   const ImageU8& srgb) {
  const SceneHints hints =
      CollectHints(photo, ReadSidecar(job.sidecar), std::nullopt, std::nullopt);
  return AnalyzeScene(srgb, photo.width(), photo.height(), hints);
}

}  // namespace stage::engine
