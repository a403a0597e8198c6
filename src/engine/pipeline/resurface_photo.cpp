#include "engine/pipeline/resurface_photo.h"

#include "engine/edit/resurface.h"
#include "engine/mask/edit_mask.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/selected_surface.h"

namespace stage::engine {

EditOutcome ResurfacePhoto(const StagingJob& job,
                           const Photo& original,
                           InstalledNetworks& networks,
                           const WorkControl& control) {
  EditOutcome outcome;
  const ColorConverter converter(original);
  const ImageU8 srgb = ReadSrgb8(original, converter, kAnalysisLongEdgePx);
  const Scene scene = SceneOfPhoto(job, original, srgb, networks);
  outcome.may_change = job.edit.select.empty()
                           ? EditMask(job.edit, original)
                           : SelectedParts(job.edit.select,
                                           scene,
                                           srgb,
                                           job.input.filename().string(),
                                           networks);
  outcome.photo = original;
  outcome.alteration = Alteration::kRendered;
  outcome.caption = "Virtually renovated";
  const ResurfaceReport report = Resurface(scene,
                                           job.edit.material,
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
