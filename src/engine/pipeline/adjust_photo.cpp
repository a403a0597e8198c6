#include "engine/pipeline/adjust_photo.h"

#include <cmath>

#include "core/adjustments.h"
#include "core/error.h"
#include "engine/edit/adjust_tones.h"
#include "engine/edit/upright_view.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/scene_hints.h"

namespace stage::engine {
namespace {

constexpr double kUprightAlready = 0.08;  // degrees: nobody sees less
constexpr double kLeastKept = 0.72;       // of the photo's width

[[noreturn]] void RefuseVerticals(const StagingJob& job,
                                  const std::string& why) {
  throw Error(ErrorKind::kGeometry,
              job.input.filename().string() +
                  ": verticals=auto leaves this photo alone: " + why);
}

void MakeUpright(const StagingJob& job,
                 const Photo& original,
                 const ColorConverter& converter,
                 InstalledNetworks& networks,
                 const WorkControl& control,
                 EditOutcome& outcome) {
  const ImageU8 srgb = AnalysisCopy(original, converter);
  const Scene scene = SceneOfPhoto(job, original, srgb, networks);
  const Tilt tilt = MeasureTilt(srgb, scene.camera);
  if (!tilt.doubt.empty()) RefuseVerticals(job, tilt.doubt);
  outcome.details["tilt"] = {{"pitch_deg", tilt.pitch_degrees},
                             {"roll_deg", tilt.roll_degrees}};
  if (std::hypot(tilt.pitch_degrees, tilt.roll_degrees) < kUprightAlready) {
    outcome.warnings.push_back("its upright lines are upright already");
    return;
  }
  const UprightView view = PlanUprightView(tilt.camera);
  if (view.scale < kLeastKept) {
    RefuseVerticals(job, "too much of its width would be cut off");
  }
  outcome.details["kept_width"] = view.scale;
  outcome.photo = DrawUprightView(view, outcome.photo, control);
}

}  // namespace

EditOutcome AdjustPhoto(const StagingJob& job,
                        const Photo& original,
                        InstalledNetworks& networks,
                        const WorkControl& control) {
  const Adjustments adjustments = ParseAdjustments(job.edit.adjust);
  const ColorConverter converter(original);
  EditOutcome outcome;
  outcome.photo = original;
  // However little: warm=+2 is what was asked for.
  outcome.changed = false;
  outcome.caption = "Adjusted";
  if (adjustments.verticals) {
    MakeUpright(
        job, original, converter, networks, control.Part(0, 0.5), outcome);
  }
  if (adjustments.ChangesTones()) {
    AdjustTones(adjustments, converter, control.Part(0.5, 1), outcome.photo);
  }
  return outcome;
}

}  // namespace stage::engine
