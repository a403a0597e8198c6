#include "engine/pipeline/photo_edit_stager.h"

#include "core/adjustments.h"
#include "core/error.h"
#include "core/photo/result_check.h"
#include "engine/edit/surface_material.h"
#include "engine/pipeline/adjust_photo.h"
#include "engine/pipeline/object_photo.h"
#include "engine/pipeline/object_words.h"
#include "engine/pipeline/relight_photo.h"
#include "engine/pipeline/result_notes.h"
#include "engine/pipeline/resurface_photo.h"
#include "engine/pipeline/selected_surface.h"

namespace stage::engine {
namespace {

bool IsRelight(const EditParameters& edit) {
  return !edit.daylight.empty() || !edit.sky.empty();
}

void RefuseVariants(const StagingJob& job, const std::string& what) {
  if (job.variants > 1) {
    throw Error(ErrorKind::kUsage,
                "--variants: there is one way only to " + what);
  }
}

/// Reads a written result back; one that fails is not left lying about.
/// @return the share of what should be as before that is not
double CheckedChange(const Photo& original,
                     const WrittenPhoto& written,
                     const EditOutcome& outcome) {
  try {
    const Photo result =
        CheckWrittenResult(original,
                           written.path,
                           {written.width, written.height, outcome.changed});
    if (outcome.may_change.empty()) return 0;
    return MeasureRoomChange(original, result, &outcome.may_change)
        .changed_fraction;
  } catch (const Error&) {
    RemoveResult(written);
    throw;
  }
}

}  // namespace

PhotoEditStager::PhotoEditStager(LocalEngineOptions options)
    : options_(std::move(options)), networks_(ThreadCount(options_.threads)) {}

void PhotoEditStager::CheckJob(const StagingJob& job) const {
  if (IsRelight(job.edit)) {
    CheckRelight(job.edit);
    return;
  }
  if (!job.edit.material.empty()) {
    CheckMaterial(job.edit.material);
    if (!job.edit.select.empty()) CheckSelection(job.edit.select);
    RefuseVariants(job, "give a surface this material");
    return;
  }
  if (!job.edit.object.empty()) {
    ParseObject(job.edit.object);
    return;
  }
  if (job.edit.adjust.empty()) {
    throw Error(ErrorKind::kModel,
                "this version's local engine does not make this change; use a "
                "vendor with --backend");
  }
  ParseAdjustments(job.edit.adjust);
  RefuseVariants(job, "adjust a photo");
}

EditOutcome PhotoEditStager::Edit(const StagingJob& job,
                                  int variant,
                                  const Photo& original,
                                  JobProgress& progress) {
  const std::lock_guard turn(turn_);
  WorkControl control;
  control.threads = ThreadCount(options_.threads);
  control.progress = [&](double fraction) {
    progress.Phase("edit", 0.1 + 0.7 * (variant + fraction) / job.variants);
  };
  control.cancelled = [&progress] { return progress.cancelled(); };
  if (IsRelight(job.edit)) {
    return RelightPhoto(job, variant, original, networks_, control);
  }
  if (!job.edit.material.empty()) {
    return ResurfacePhoto(job, original, networks_, control);
  }
  if (!job.edit.object.empty()) {
    if (!catalogue_) catalogue_ = OpenCatalogue({});
    return PutObject(job, variant, original, *catalogue_, networks_, control);
  }
  return AdjustPhoto(job, original, networks_, control);
}

nlohmann::json PhotoEditStager::NetworkRecords() {
  const std::lock_guard lock(turn_);
  return networks_.records();
}

StageResult PhotoEditStager::Stage(const StagingJob& job,
                                   JobProgress& progress) {
  CheckJob(job);
  StageResult result;
  progress.Phase("decode", 0.0);
  const Photo original = ReadPhoto(job.input);
  NoteSource(original.source, result);
  for (int variant = 0; variant < job.variants; ++variant) {
    EditOutcome outcome = Edit(job, variant, original, progress);
    progress.Phase("encode", 0.1 + 0.8 * (variant + 1) / job.variants);
    const WrittenPhoto written =
        WriteResult(outcome.photo,
                    original,
                    job.outputs.at(static_cast<size_t>(variant)),
                    job.output,
                    {outcome.alteration, outcome.caption, outcome.credits});
    outcome.details["room_changed"] = CheckedChange(original, written, outcome);
    result.details["variants"].push_back(std::move(outcome.details));
    result.warnings.insert(result.warnings.end(),
                           outcome.warnings.begin(),
                           outcome.warnings.end());
    NoteOutput(written, result);
  }
  result.engine = {
      {"name", "edit"}, {"models", NetworkRecords()}, {"seed", job.seed}};
  progress.Phase("done", 1.0);
  return result;
}

}  // namespace stage::engine
