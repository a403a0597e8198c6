#include "engine/pipeline/declutter_stager.h"

#include "core/error.h"
#include "core/photo/photo.h"
#include "core/photo/result_check.h"
#include "engine/pipeline/result_notes.h"
#include "engine/pipeline/room_check.h"
#include "engine/pipeline/room_emptying.h"

namespace stage::engine {
namespace {

constexpr auto kCaption = "Virtually decluttered";

EmptyingRequest RequestOf(const StagingJob& job) {
  EmptyingRequest request;
  request.sidecar = job.sidecar;
  if (job.operation == Operation::kEdit) {
    request.mask = job.edit.mask;
    request.mask_box = job.edit.mask_box;
    request.mask_grow = job.edit.mask_grow;
  } else {
    request.mask = job.declutter.mask;
    request.mask_box = job.declutter.mask_box;
    request.mask_grow = job.declutter.mask_grow;
    request.keep = job.declutter.keep;
  }
  return request;
}

}  // namespace

DeclutterStager::DeclutterStager(LocalEngineOptions options)
    : options_(std::move(options)), networks_(ThreadCount(options_.threads)) {}

void DeclutterStager::CheckJob(const StagingJob& job) const {
  const EmptyingRequest request = RequestOf(job);
  ParseMaskGrowth(request.mask_grow);
  if (request.mask.empty() && request.mask_box.empty()) {
    CheckKeep(request.keep);
  }
}

StageResult DeclutterStager::Stage(const StagingJob& job,
                                   JobProgress& progress) {
  CheckJob(job);
  StageResult result;
  progress.Phase("decode", 0.0);
  const Photo original = ReadPhoto(job.input);
  NoteSource(original.source, result);
  const ColorConverter converter(original);
  progress.Phase("analyse", 0.05);
  const std::lock_guard turn(turn_);
  RoomEmptying emptying(original, converter, RequestOf(job), networks_);
  result.details["confidence"] = emptying.scene().confidence;
  for (int variant = 0; variant < job.variants; ++variant) {
    const double share = 0.9 / job.variants;
    const double base = 0.1 + share * variant;
    WorkControl work;
    work.threads = ThreadCount(options_.threads);
    work.progress = [&](double fraction) {
      progress.Phase("fill", base + 0.8 * share * fraction);
    };
    work.cancelled = [&progress] { return progress.cancelled(); };
    const EmptiedRoom emptied = emptying.Fill(job.seed + variant, work);
    progress.Phase("encode", base + 0.85 * share);
    const WrittenPhoto written = WriteResult(
        emptied.photo,
        original,
        job.outputs.at(variant),
        job.output,
        {emptied.changed ? Alteration::kRendered : Alteration::kNone,
         emptied.changed ? kCaption : "",
         {}});
    result.details["variants"].push_back(
        {{"misfit", emptied.misfit},
         {"filled_by_network", emptied.by_network},
         {"room_changed",
          CheckRoom(original, written, emptied.filled, emptied.changed)}});
    NoteOutput(written, result);
  }
  emptying.NoteIn(result);
  result.engine = {{"name", "completion"},
                   {"models", networks_.records()},
                   {"seed", job.seed}};
  progress.Phase("done", 1.0);
  return result;
}

}  // namespace stage::engine
