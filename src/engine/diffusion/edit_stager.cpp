#include "engine/diffusion/edit_stager.h"

#include "core/error.h"
#include "core/photo/result_check.h"
#include "engine/diffusion/paste.h"
#include "engine/mask/edit_mask.h"

namespace stage::engine {
namespace {

constexpr double kDecoded = 0.02;
constexpr double kLoaded = 0.1;
constexpr double kMade = 0.9;
// All that the mask covers is made anew.
constexpr double kStrength = 1;

void StopIfCancelled(const JobProgress& progress) {
  if (progress.cancelled()) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
}

/// Reads a written result back: whole, changed, and the same outside of the
/// mask. A result that is not is not left lying about.
/// @return the share of the room that changed
double CheckedChange(const Photo& original,
                     const WrittenPhoto& written,
                     const ImageU8& mask) {
  try {
    const Photo result = CheckWrittenResult(
        original, written.path, {written.width, written.height, true});
    return MeasureRoomChange(original, result, &mask).changed_fraction;
  } catch (const Error&) {
    RemoveResult(written);
    throw;
  }
}

}  // namespace

void EditStager::CheckJob(const StagingJob& job) const {
  if (job.operation != Operation::kEdit || job.edit.prompt.empty()) {
    throw Error(ErrorKind::kModel,
                "the diffusion engine edits by --prompt alone");
  }
}

DiffusionModel& EditStager::Model() {
  if (!model_) {
    model_ = std::make_unique<DiffusionModel>(options_);
  }
  return *model_;
}

StageResult EditStager::Stage(const StagingJob& job, JobProgress& progress) {
  CheckJob(job);
  progress.Phase("decode", 0.0);
  const Photo original = ReadPhoto(job.input);
  const ColorConverter converter(original);
  const ImageU8 mask = EditMask(job.edit, original);
  const ImageF weight = Feather(mask);
  StopIfCancelled(progress);

  const std::lock_guard turn(turn_);
  progress.Phase("load", kDecoded);
  DiffusionModel& model = Model();
  const WorkingCrop crop = ChooseWorkingCrop(mask,
                                             model.native_side_px(),
                                             DiffusionModel::kSideMultiple,
                                             model.most_side_px());
  const ImageU8 picture = CutOut(original, converter, crop);
  const ImageU8 picture_mask = CutOutMask(mask, crop);

  StageResult result;
  for (int variant = 0; variant < job.variants; ++variant) {
    const double share = (kMade - kLoaded) / job.variants;
    const double base = kLoaded + share * variant;
    ImageU8 made = model.Inpaint(
        {.picture = picture,
         .mask = picture_mask,
         .prompt = job.edit.prompt,
         .strength = kStrength,
         .seed = job.seed + static_cast<uint64_t>(variant),
         .parameters = job.diffusion,
         .on_step =
             [&](int done, int of) {
               StopIfCancelled(progress);
               progress.Phase("diffuse", base + share * done / of);
             },
         .on_warning =
             [&](const std::string& warning) {
               result.warnings.push_back(warning);
             }});
    MatchColors(picture, picture_mask, made);
    Photo edited = original;
    Paste(made, crop, weight, converter, edited);
    progress.Phase("encode", base + share);
    const WrittenPhoto written =
        WriteResult(edited,
                    original,
                    job.outputs.at(static_cast<size_t>(variant)),
                    job.output,
                    {Alteration::kDiffusion, "Edited with AI", {}});
    const double room_changed = CheckedChange(original, written, mask);
    result.outputs.push_back({written.path,
                              written.sha256,
                              written.width,
                              written.height,
                              written.companions});
    result.details["variants"].push_back({{"room_changed", room_changed}});
  }
  result.details["crop"] = {crop.x, crop.y, crop.width, crop.height};
  result.details["work_size"] = {crop.work_width, crop.work_height};
  nlohmann::json records = nlohmann::json::array({options_.model_record});
  if (options_.latent_refiner) {
    records.push_back(options_.latent_refiner->record);
  }
  result.engine = {{"name", "diffusion"},
                   {"models", records},
                   {"settings", model.Settings(job.diffusion, kStrength)},
                   {"seed", job.seed}};
  progress.Phase("done", 1.0);
  return result;
}

}  // namespace stage::engine
