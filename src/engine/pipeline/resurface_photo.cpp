#include "engine/pipeline/resurface_photo.h"

#include "engine/diffusion/edit_mask.h"
#include "engine/edit/resurface.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/scene_hints.h"

namespace stage::engine {

EditOutcome ResurfacePhoto(const StagingJob& job,
                           const Photo& original,
                           const WorkControl& control) {
  const SurfaceMaterial material = SurfaceMaterial::Named(job.edit.material);
  EditOutcome outcome;
  outcome.may_change = EditMask(job.edit, original);
  const ColorConverter converter(original);
  const ImageU8 srgb = ReadSrgb8(original, converter, kAnalysisLongEdgePx);
  const Scene scene = SceneOfPhoto(job, original, srgb);
  outcome.photo = original;
  outcome.alteration = Alteration::kRendered;
  outcome.caption = "Virtually renovated";
  const ResurfaceReport report = Resurface(scene,
                                           material,
                                           outcome.may_change,
                                           converter,
                                           control.Part(0.3, 1),
                                           outcome.photo);
  outcome.details = {{"surface", report.surface},
                     {"mask_on_surface", report.share},
                     {"confidence", scene.confidence}};
  return outcome;
}

}  // namespace stage::engine
