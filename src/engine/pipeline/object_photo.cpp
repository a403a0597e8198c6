#include "engine/pipeline/object_photo.h"

#include "engine/edit/upright_view.h"
#include "engine/mask/edit_mask.h"
#include "engine/pipeline/furnish.h"
#include "engine/pipeline/object_placement.h"
#include "engine/pipeline/object_shadow.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/room_check.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/render/compose.h"
#include "engine/render/contact_shade.h"
#include "engine/render/render.h"

namespace stage::engine {
namespace {

constexpr int kRenderLongEdgePx = 3000;

}  // namespace

EditOutcome PutObject(const StagingJob& job,
                      int variant,
                      const Photo& original,
                      const Catalogue& catalogue,
                      InstalledNetworks& networks,
                      const WorkControl& control) {
  const ColorConverter converter(original);
  const ImageU8 srgb = AnalysisCopy(original, converter);
  Scene scene = SceneOfPhoto(job, original, srgb, networks);
  if (scene.trust == SceneTrust::kNone) {
    const Tilt tilt = MeasureTilt(srgb, scene.camera);
    if (tilt.doubt.empty()) scene.camera = tilt.camera;
  }
  const ObjectPlace place = PlaceObject(scene,
                                        srgb,
                                        catalogue,
                                        ParseObject(job.edit.object),
                                        BoxOf(EditMask(job.edit, original)),
                                        variant,
                                        job.input.filename().string());
  Plan plan;
  plan.placements.push_back(place.placement);
  const Furnishing furnishing = Furnish(plan, catalogue, control.threads);
  const ImageF linear = ReadLinear(original, converter, kRenderLongEdgePx);
  RenderLayers layers = Render(place.scene,
                               linear,
                               furnishing.objects,
                               {.seed = job.seed,
                                .threads = control.threads,
                                .progress = control.progress,
                                .cancelled = control.cancelled});
  if (place.surface != "wall") {
    const cv::Mat contact =
        ContactMask(place.scene,
                    furnishing.objects,
                    {layers.ratio.width(), layers.ratio.height()});
    ShadeContact(place.scene, contact, layers);
    if (place.surface == "table" || place.by_box) {
      KeepShadowOnSurface(linear, contact, layers);
    }
  }
  EditOutcome outcome;
  outcome.photo = original;
  Compose(place.scene, layers, converter, outcome.photo);
  outcome.may_change = MayChange(layers);
  outcome.alteration = Alteration::kRendered;
  outcome.caption = "Virtually staged";
  outcome.credits = furnishing.credits;
  outcome.details = {{"pieces", furnishing.pieces},
                     {"surface", place.surface},
                     {"confidence", scene.confidence}};
  if (place.by_box) {
    outcome.warnings.push_back(
        "the room could not be understood: size and place of the object "
        "follow the mask alone");
  }
  return outcome;
}

}  // namespace stage::engine
