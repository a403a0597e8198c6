#include "engine/pipeline/declutter_stager.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/photo/photo.h"
#include "core/sidecar.h"
#include "engine/completion/complete_photo.h"
#include "engine/pipeline/hole_mask.h"
#include "engine/pipeline/result_notes.h"
#include "engine/pipeline/room_check.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

// Of the rim of a filled part; see Completion.
constexpr double kVisibleMisfit = 0.2;
constexpr double kMostMisfit = 0.32;
// Share of a photo that may go where floor and walls are not made out.
constexpr double kMostWithoutRoom = 0.12;
constexpr auto kCaption = "Virtually decluttered";

Scene SceneBehind(const Photo& photo,
                  const ColorConverter& converter,
                  const ImageU8& hole,
                  const std::filesystem::path& sidecar) {
  const SceneHints hints =
      CollectHints(photo, ReadSidecar(sidecar), std::nullopt, std::nullopt);
  return AnalyzeAround(ReadSrgb8(photo, converter, kAnalysisLongEdgePx),
                       photo.width(),
                       photo.height(),
                       hole,
                       hints);
}

/// A large part is filled only where it is known what lies behind it.
void CheckUnderstood(const StagingJob& job,
                     const Scene& scene,
                     const ImageU8& hole) {
  const auto marked =
      std::count(hole.data(), hole.data() + hole.size_bytes(), 255);
  const double share =
      static_cast<double>(marked) / static_cast<double>(hole.size_bytes());
  if (scene.trust == SceneTrust::kRoom || share <= kMostWithoutRoom) return;
  const std::string name = job.input.filename().string();
  throw Error(
      ErrorKind::kGeometry,
      name + ": the mask hides " + std::to_string(std::lround(100 * share)) +
          " % of the photo, and the rest does not tell enough of floor and "
          "walls (" +
          std::to_string(std::lround(100 * scene.confidence)) +
          " % sure); mark less, put floor_polygon into " + name +
          ".stage.json, as `stage analyze --json` prints it, or use a vendor "
          "with --backend");
}

/// Refuses a fill that an eye would see at once, and warns of a doubtful one.
void JudgeFill(const StagingJob& job,
               const Scene& scene,
               const Completion& completion,
               StageResult& result) {
  const std::string name = job.input.filename().string();
  if (completion.misfit > kMostMisfit) {
    throw Error(ErrorKind::kGeometry,
                name +
                    ": too little of what the mask hides is seen around it to "
                    "fill it; mark each thing whole, with what stands before "
                    "it, put floor_polygon into " +
                    name + ".stage.json, or use a vendor with --backend");
  }
  if (scene.trust == SceneTrust::kNone) {
    result.warnings.push_back(
        "the room could not be understood (" +
        std::to_string(std::lround(100 * scene.confidence)) +
        " % sure), so the mask was filled without perspective: look at the "
        "result, or put floor_polygon into " +
        name + ".stage.json, as `stage analyze --json` prints it");
  } else if (completion.misfit > kVisibleMisfit) {
    result.warnings.push_back(
        "what the mask hides does not go on evenly around it: look at the "
        "result, and mark things whole, with what stands before them");
  }
}

}  // namespace

DeclutterStager::DeclutterStager(LocalEngineOptions options)
    : options_(options) {}

void DeclutterStager::CheckJob(const StagingJob& job) const {
  if (job.operation == Operation::kDeclutter && job.declutter.mask.empty()) {
    throw Error(ErrorKind::kModel,
                "this version's local engine does not find furniture by "
                "itself: paint what is to go white and give it with --mask, "
                "or use a vendor with --backend");
  }
}

StageResult DeclutterStager::Stage(const StagingJob& job,
                                   JobProgress& progress) {
  CheckJob(job);
  StageResult result;
  progress.Phase("decode", 0.0);
  const Photo original = ReadPhoto(job.input);
  NoteSource(original.source, result);
  const bool edit = job.operation == Operation::kEdit;
  const ImageU8 hole =
      WithRim(ReadHoleMask(edit ? job.edit.mask : job.declutter.mask,
                           edit ? job.edit.mask_box : "",
                           original));
  const ColorConverter converter(original);
  progress.Phase("analyse", 0.05);
  const Scene scene = SceneBehind(original, converter, hole, job.sidecar);
  result.details["confidence"] = scene.confidence;

  CheckUnderstood(job, scene, hole);

  const std::lock_guard turn(turn_);
  for (int variant = 0; variant < job.variants; ++variant) {
    const double share = 0.9 / job.variants;
    const double base = 0.1 + share * variant;
    WorkControl work;
    work.threads = ThreadCount(options_.threads);
    work.progress = [&](double fraction) {
      progress.Phase("fill", base + 0.8 * share * fraction);
    };
    work.cancelled = [&progress] { return progress.cancelled(); };
    Photo emptied = original;
    const Completion completion = CompletePhoto(
        scene, hole, converter, job.seed + variant, work, emptied);
    if (variant == 0) JudgeFill(job, scene, completion, result);
    progress.Phase("encode", base + 0.85 * share);
    const WrittenPhoto written =
        WriteResult(emptied,
                    original,
                    job.outputs.at(variant),
                    job.output,
                    {Alteration::kRendered, kCaption, {}});
    result.details["variants"].push_back(
        {{"misfit", completion.misfit},
         {"room_changed", CheckRoom(original, written, completion.filled)}});
    NoteOutput(written, result);
  }
  result.engine = {{"name", "completion"},
                   {"models", nlohmann::json::array()},
                   {"seed", job.seed}};
  progress.Phase("done", 1.0);
  return result;
}

}  // namespace stage::engine
