#include "engine/pipeline/upscale_stager.h"

#include <algorithm>
#include <string>

#include "core/digest.h"
#include "core/error.h"
#include "core/photo/photo_format.h"
#include "core/photo/resize.h"
#include "core/photo/result_check.h"
#include "core/program_files.h"
#include "engine/networks/open_networks.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/pipeline/result_notes.h"
#include "engine/render/parallel.h"
#include "engine/upscale/enlarge_photo.h"
#include "engine/upscale/enlargement_plan.h"

namespace stage::engine {
namespace {

// Results are compared without grain: averaged over so many pixels.
constexpr int kGrainPx = 4;
constexpr int kLeastComparedPx = 64, kMostComparedPx = 1024;  // a long edge

constexpr auto kModelName = "compact-x2";
constexpr auto kWeights = "weights/compact-x2.safetensors";

NamedWeights WeightsFor(const StagingJob& job) {
  if (!job.upscale.model.empty()) {
    return FindWeights(job.upscale.model, "upscale");
  }
  const std::filesystem::path file = FindProjectData(kWeights);
  if (file.empty()) {
    throw Error(ErrorKind::kModel,
                "this stage was installed without " + std::string(kWeights) +
                    ": install the complete package");
  }
  return {file, {{"name", kModelName}, {"sha256", Sha256OfFile(file)}}};
}

std::string SizeText(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

/// The written file is read back: whole, of the right size, the same room. That
/// grain and dots of a palette become smooth is no other room.
double MeasureResult(const Photo& original, const WrittenPhoto& written) {
  const Photo result = CheckWrittenResult(
      original, written.path, {written.width, written.height, false});
  const int long_edge_px = std::max(original.width(), original.height());
  const RoomChange change = MeasureRoomChange(
      original,
      result,
      nullptr,
      std::clamp(long_edge_px / kGrainPx, kLeastComparedPx, kMostComparedPx));
  if (change.changed_fraction > kRoomChangedWarning) {
    throw Error(ErrorKind::kUnexpected,
                original.source.path.filename().string() +
                    ": the enlarged photo shows something else, so it is "
                    "withheld; please report this photo");
  }
  return change.changed_fraction;
}

/// A result that fails its check is not left lying about to be published.
double CheckResultFile(const Photo& original, const WrittenPhoto& written) {
  try {
    return MeasureResult(original, written);
  } catch (const Error&) {
    RemoveResult(written);
    throw;
  }
}

}  // namespace

UpscaleStager::UpscaleStager(LocalEngineOptions options) : options_(options) {}

void UpscaleStager::CheckJob(const StagingJob& job) const {
  if (job.variants > 1) {
    throw Error(ErrorKind::kUsage,
                "--variants: there is one way only to enlarge a photo");
  }
  if (!job.upscale.model.empty()) FindWeights(job.upscale.model, "upscale");
}

Photo UpscaleStager::Enlarged(const StagingJob& job,
                              const Photo& original,
                              JobProgress& progress,
                              StageResult& result) {
  const std::lock_guard turn(turn_);
  if (progress.cancelled()) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
  const NamedWeights weights = WeightsFor(job);
  if (upscaler_ == nullptr || weights_ != weights.file) {
    upscaler_ = OpenNetworks().OpenUpscaler(weights.file,
                                            ThreadCount(options_.threads));
    weights_ = weights.file;
  }
  if (upscaler_->factor() < 2) {
    throw Error(ErrorKind::kModel,
                weights.file.filename().string() +
                    ": improves pictures without enlarging them; choose "
                    "another --model");
  }
  const EnlargementPlan plan = PlanEnlargement(job.input.filename().string(),
                                               original.width(),
                                               original.height(),
                                               job.upscale,
                                               upscaler_->factor());
  nlohmann::json models = nlohmann::json::array();
  if (plan.passes > 0) {
    models.push_back(weights.record);
  } else {
    result.warnings.push_back(
        "has " + SizeText(original.width(), original.height()) +
        " pixels already: written at " + SizeText(plan.width, plan.height) +
        ", nothing enlarged");
  }
  result.engine = {{"name", "upscale"}, {"models", models}, {"seed", job.seed}};
  result.details["passes"] = plan.passes;

  EnlargeOptions enlarge;
  enlarge.progress = [&progress](double fraction) {
    progress.Phase("enlarge", 0.1 + 0.6 * fraction);
  };
  enlarge.cancelled = [&progress] { return progress.cancelled(); };
  Photo large = plan.passes > 0
                    ? EnlargePhoto(original, *upscaler_, plan.passes, enlarge)
                    : original;
  if (large.width() == plan.width && large.height() == plan.height) {
    return large;
  }
  progress.Phase("resize", 0.7);
  return DownscalePhoto(large, ColorConverter(large), plan.width, plan.height);
}

StageResult UpscaleStager::Stage(const StagingJob& job, JobProgress& progress) {
  CheckJob(job);
  StageResult result;
  progress.Phase("decode", 0.0);
  const Photo original = ReadPhoto(job.input);
  if (original.source.name_misleads) {
    result.warnings.push_back(
        "the file is a " +
        std::string(PhotoFormatName(original.source.format)) +
        ", whatever its name says");
  }
  WrittenPhoto written;
  {
    const Photo large = Enlarged(job, original, progress, result);
    progress.Phase("encode", 0.8);
    Disclosure disclosure;
    disclosure.alteration = result.details["passes"] == 0
                                ? Alteration::kNone
                                : Alteration::kEnhanced;
    written =
        WriteResult(large, original, job.outputs.at(0), job.output, disclosure);
  }
  progress.Phase("check", 0.9);
  result.details["room_changed"] = CheckResultFile(original, written);
  NoteOutput(written, result);
  progress.Phase("done", 1.0);
  return result;
}

}  // namespace stage::engine
