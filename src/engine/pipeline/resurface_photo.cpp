#include "engine/pipeline/resurface_photo.h"

#include "core/error.h"
#include "engine/edit/floor_under_mask.h"
#include "engine/edit/resurface.h"
#include "engine/edit/surface_material.h"
#include "engine/mask/edit_mask.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/selected_surface.h"

namespace stage::engine {
namespace {

/// In a room that was not understood a floor's covering is laid where the user
/// says that floor is; everything else needs the room.
void TakeMaskForFloor(const StagingJob& job,
                      const ImageU8& srgb,
                      EditOutcome& outcome,
                      Scene& scene) {
  if (scene.trust != SceneTrust::kNone || !job.edit.select.empty() ||
      PaneNamed(job.edit.material) != Pane::kNone ||
      !SurfaceMaterial::Named(job.edit.material).is_for_floors()) {
    return;
  }
  MaskedFloor floor = FloorUnderMask(scene, srgb, outcome.may_change);
  if (!floor.doubt.empty()) {
    throw Error(ErrorKind::kGeometry,
                job.input.filename().string() +
                    ": the room could not be understood, and " + floor.doubt +
                    "; give floor_polygon in a sidecar");
  }
  scene = std::move(floor.scene);
  outcome.warnings.push_back(
      "the room could not be understood: the mask was taken for floor, and how "
      "large the pattern is follows a guess of the camera's height");
}

}  // namespace

EditOutcome ResurfacePhoto(const StagingJob& job,
                           const Photo& original,
                           InstalledNetworks& networks,
                           const WorkControl& control) {
  EditOutcome outcome;
  const ColorConverter converter(original);
  const ImageU8 srgb = ReadSrgb8(original, converter, kAnalysisLongEdgePx);
  Scene scene = SceneOfPhoto(job, original, srgb, networks);
  outcome.may_change = job.edit.select.empty()
                           ? EditMask(job.edit, original)
                           : SelectedParts(job.edit.select,
                                           scene,
                                           srgb,
                                           job.input.filename().string(),
                                           networks);
  TakeMaskForFloor(job, srgb, outcome, scene);
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
