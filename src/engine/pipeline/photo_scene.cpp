#include "engine/pipeline/photo_scene.h"

#include "core/sidecar.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/see_room.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {

Scene SceneOfPhoto(const StagingJob& job,
                   const Photo& photo,
                   const ImageU8& srgb,
                   InstalledNetworks& networks) {
  SceneHints hints =
      CollectHints(photo, ReadSidecar(job.sidecar), std::nullopt, std::nullopt);
  hints.seen = SeeRoom(srgb, networks);
  return AnalyzeScene(srgb, photo.width(), photo.height(), hints);
}

}  // namespace stage::engine
