#include "engine/pipeline/resurface_photo.h"

#include "core/error.h"
#include "engine/edit/floor_under_mask.h"
#include "engine/edit/resurface.h"
#include "engine/edit/surface_material.h"
#include "engine/edit/things_before.h"
#include "engine/edit/upright_view.h"
#include "engine/mask/edit_mask.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/selected_surface.h"
#include "engine/pipeline/wall_under_mask.h"

namespace stage::engine {
namespace {

constexpr double kLeastAbove = 0.25;  // of a wall, over the horizon

/// @throws Error(kGeometry) when there is a doubt
void RefuseDoubtful(const std::string& photo_name, const std::string& doubt) {
  if (doubt.empty()) return;
  throw Error(ErrorKind::kGeometry,
              photo_name + ": the room could not be understood, and " + doubt +
                  "; give floor_polygon in a sidecar");
}

/// A wide wall where the mask says that wall is.
void TakeMaskForWall(const std::string& photo_name,
                     const ImageU8& srgb,
                     EditOutcome& outcome,
                     Scene& scene) {
  MaskedWall wall = WallUnderMask(scene, srgb, outcome.may_change);
  RefuseDoubtful(photo_name, wall.doubt);
  scene = std::move(wall.scene);
  outcome.warnings.push_back(
      "the room could not be understood: the mask was taken for one wall, and "
      "how large the pattern is follows a guess of its distance");
}

/// Most of the mask rises above the floors of all rooms.
bool IsOnWall(const Scene& scene, const ImageU8& srgb, const ImageU8& mask) {
  const Tilt tilt = MeasureTilt(srgb, scene.camera);
  if (!tilt.doubt.empty()) return false;
  double all = 0, above = 0;
  const int step = std::max(1, std::max(mask.width(), mask.height()) / 300);
  for (int y = 0; y < mask.height(); y += step) {
    for (int x = 0; x < mask.width(); x += step) {
      if (mask.at(x, y) == 0) continue;
      ++all;
      above += tilt.camera.Ray({x + 0.5, y + 0.5}).y() > 0 ? 1 : 0;
    }
  }
  return above > kLeastAbove * all;
}

/// In a room that was not understood a covering is laid where the user says
/// that floor or a wall is; panes need the room.
LayoutSource TakeMaskForSurface(const StagingJob& job,
                                const ImageU8& srgb,
                                EditOutcome& outcome,
                                Scene& scene) {
  const std::string photo_name = job.input.filename().string();
  if (scene.trust == SceneTrust::kRoom || scene.outdoors ||
      !job.edit.select.empty() || PaneNamed(job.edit.material) != Pane::kNone) {
    return LayoutSource::kRoom;
  }
  if (IsOnWall(scene, srgb, outcome.may_change)) {
    TakeMaskForWall(photo_name, srgb, outcome, scene);
    return LayoutSource::kMask;
  }
  if (scene.trust == SceneTrust::kFloorOnly ||
      !SurfaceMaterial::Named(job.edit.material).is_for_floors()) {
    return LayoutSource::kRoom;
  }
  MaskedFloor floor = FloorUnderMask(scene, srgb, outcome.may_change);
  RefuseDoubtful(photo_name, floor.doubt);
  scene = std::move(floor.scene);
  outcome.warnings.push_back(
      "the room could not be understood: the mask was taken for floor, and how "
      "large the pattern is follows a guess of the camera's height");
  return LayoutSource::kMask;
}

/// What stands on a floor that was found stays, down to its legs.
bool IsFloorAlone(const std::vector<std::string>& select) {
  return select.size() == 1 && select[0] == "floor";
}

}  // namespace

EditOutcome ResurfacePhoto(const StagingJob& job,
                           const Photo& original,
                           InstalledNetworks& networks,
                           const WorkControl& control) {
  EditOutcome outcome;
  const ColorConverter converter(original);
  const ImageU8 srgb = AnalysisCopy(original, converter);
  Scene scene = SceneOfPhoto(job, original, srgb, networks);
  outcome.may_change = job.edit.select.empty()
                           ? EditMask(job.edit, original)
                           : SelectedParts(job.edit.select,
                                           scene,
                                           srgb,
                                           job.input.filename().string(),
                                           networks);
  const LayoutSource source = TakeMaskForSurface(job, srgb, outcome, scene);
  if (source == LayoutSource::kMask || IsFloorAlone(job.edit.select)) {
    outcome.may_change = WithoutThings(
        srgb,
        source == LayoutSource::kMask && scene.trust == SceneTrust::kRoom
            ? Beneath::kWall
            : Beneath::kFloor,
        outcome.may_change);
  }
  outcome.photo = original;
  outcome.alteration = Alteration::kRendered;
  outcome.caption = "Virtually renovated";
  const ResurfaceReport report = Resurface(scene,
                                           source,
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
