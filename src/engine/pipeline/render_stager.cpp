#include "engine/pipeline/render_stager.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/photo/photo.h"
#include "core/sidecar.h"
#include "engine/pipeline/furnish.h"
#include "engine/pipeline/open_with_default.h"
#include "engine/pipeline/plan_file.h"
#include "engine/pipeline/reading_choice.h"
#include "engine/pipeline/result_notes.h"
#include "engine/pipeline/room_check.h"
#include "engine/pipeline/room_emptying.h"
#include "engine/pipeline/room_recognition.h"
#include "engine/pipeline/room_setting.h"
#include "engine/pipeline/room_surfaces.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/see_room.h"
#include "engine/pipeline/staging_refusals.h"
#include "engine/pipeline/staging_requests.h"
#include "engine/pipeline/stopwatch.h"
#include "engine/pipeline/things_in_view.h"
#include "engine/plan/plan.h"
#include "engine/refiner.h"
#include "engine/render/compose.h"
#include "engine/render/render.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

constexpr int kRenderLongEdgePx = 3000;
constexpr int kDefaultSamplesPerPixel = 12;
// Of the floor, by what --declutter-first left.
constexpr double kMostFloorTaken = 0.05;

void StopIfCancelled(const JobProgress& progress) {
  if (progress.cancelled()) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
}

}  // namespace

RenderStager::RenderStager(LocalEngineOptions options)
    : options_(options), networks_(ThreadCount(options_.threads)) {}

std::shared_ptr<Catalogue> RenderStager::CatalogueFor(
    const std::vector<std::string>& sources) {
  const std::lock_guard lock(catalogues_mutex_);
  for (const auto& [opened, catalogue] : catalogues_) {
    if (opened == sources) return catalogue;
  }
  catalogues_.emplace_back(sources, OpenWithDefault(sources));
  return catalogues_.back().second;
}

void RenderStager::CheckJob(const StagingJob& job) const {
  CheckStagingJob(job, options_.refiner != nullptr);
}

// Everything about a photo that its variants share.
struct RenderStager::Prepared {
  explicit Prepared(Photo photo)
      : original(std::move(photo)), room(original), converter(original) {}

  Photo original;
  /// The room to furnish: the photo, or it without what --declutter-first took.
  Photo room;
  ImageU8 emptied;  ///< 255 where they differ; empty: nowhere
  ColorConverter converter;
  nlohmann::json sidecar;
  ImageU8 srgb;
  Scene scene;
  std::optional<Scene> around;  ///< read without what --declutter-first took
  ThingMap on_floor;            ///< what lies there and stays
  ImageF linear;                ///< render size
  std::shared_ptr<Catalogue> catalogue;
};

void RenderStager::Empty(const StagingJob& job,
                         JobProgress& progress,
                         Prepared& prepared,
                         StageResult& result) {
  progress.Phase("declutter", 0.02);
  EmptyingRequest request;
  request.sidecar = job.sidecar;
  WorkControl work;
  work.threads = ThreadCount(options_.threads);
  work.cancelled = [&progress] { return progress.cancelled(); };
  const std::scoped_lock turn(render_turn_, networks_turn_);
  RoomEmptying emptying(
      prepared.original, prepared.converter, request, networks_);
  EmptiedRoom emptied = emptying.Fill(job.seed, work);
  if (const double taken = emptying.FloorStillTaken();
      taken > kMostFloorTaken && !job.generate.force_geometry) {
    ThrowStillFurnished(job, taken);
  }
  if (emptied.changed) {
    prepared.around = emptying.scene();
    prepared.room = std::move(emptied.photo);
    prepared.emptied = std::move(emptied.filled);
  }
  emptying.NoteIn(result);
}

nlohmann::json RenderStager::NetworkRecords() {
  const std::lock_guard turn(networks_turn_);
  return networks_.records();
}

void RenderStager::RecogniseRoom(const StagingJob& job, Prepared& prepared) {
  std::optional<RecognisedPicture> seen;
  {
    const std::lock_guard turn(networks_turn_);
    seen = Recognise(prepared.srgb, networks_);
  }
  if (!seen) return;
  if (seen->IsNoRoom() && !job.generate.force_geometry) {
    const long percent = std::lround(100 * seen->other_probability);
    throw PhotoLeftOut(job.input.filename().string() +
                       ": left out, it seems to show no room but a " +
                       seen->other + " (" + std::to_string(percent) +
                       " % sure); say what it is with --room, or stage it all "
                       "the same with --force-geometry");
  }
  NoteRoom(*seen, prepared.scene);
}

/// The room as it is furnished: emptied, or read around what was taken out.
void RenderStager::SettleReading(const StagingJob& job, Prepared& prepared) {
  const ReadingVerdict verdict =
      ChooseReading(prepared.srgb, prepared.scene, *prepared.around);
  if (verdict == ReadingVerdict::kDisagree) {
    ThrowReadingsDisagree(job, prepared.scene, *prepared.around);
  }
  if (verdict == ReadingVerdict::kUseAround) prepared.scene = *prepared.around;
}

/// Has furniture keep clear of what lies on the floor.
void RenderStager::LookAtFloor(Prepared& prepared) {
  if (prepared.scene.trust != SceneTrust::kRoom || HasSegmenter()) return;
  prepared.on_floor = ThingsOnFloor(FindThings(prepared.srgb, prepared.scene));
  KeepClearOf(prepared.on_floor, prepared.scene);
}

RenderStager::Prepared RenderStager::Prepare(const StagingJob& job,
                                             JobProgress& progress,
                                             StageResult& result,
                                             nlohmann::json& seconds) {
  Stopwatch stopwatch;
  progress.Phase("decode", 0.0);
  Prepared prepared(ReadPhoto(job.input));
  seconds["decode"] = stopwatch.Lap();
  StopIfCancelled(progress);

  if (job.generate.declutter_first) {
    Empty(job, progress, prepared, result);
    seconds["declutter"] = stopwatch.Lap();
    StopIfCancelled(progress);
  }
  progress.Phase("analyse", 0.05);
  const Photo& photo = prepared.room;
  prepared.srgb = AnalysisCopy(photo, prepared.converter);
  prepared.sidecar = ReadSidecar(job.sidecar);
  SceneHints hints = CollectHints(photo,
                                  prepared.sidecar,
                                  job.generate.camera_height_m,
                                  job.generate.ceiling_height_m);
  {
    const std::lock_guard turn(networks_turn_);
    hints.seen = SeeRoom(prepared.srgb, networks_);
  }
  prepared.scene =
      AnalyzeScene(prepared.srgb, photo.width(), photo.height(), hints);
  if (prepared.around && !job.generate.force_geometry) {
    SettleReading(job, prepared);
  }
  if (job.generate.room == "auto") RecogniseRoom(job, prepared);
  LookAtFloor(prepared);
  seconds["analyse"] = stopwatch.Lap();
  if (const auto why = WhyRoomIsElsewhere(RoomFor(job), prepared.scene);
      why && !job.generate.force_geometry) {
    ThrowElsewhere(job, *why);
  }
  if (prepared.scene.trust == SceneTrust::kNone) {
    if (!job.generate.force_geometry) {
      ThrowNoGeometry(job, prepared.scene);
    }
    // The planner furnishes nothing that it is told not to trust.
    prepared.scene.trust = SceneTrust::kFloorOnly;
  }
  StopIfCancelled(progress);
  prepared.catalogue = CatalogueFor(job.generate.catalogues);
  prepared.linear = ReadLinear(photo, prepared.converter, kRenderLongEdgePx);
  seconds["catalogue"] = stopwatch.Lap();
  return prepared;
}

Plan RenderStager::MakePlan(const StagingJob& job,
                            int variant,
                            const Prepared& prepared) const {
  Plan plan;
  if (!job.generate.plan_in.empty()) {
    plan = ReadPlan(PlanFile(job.generate.plan_in, job, variant));
  } else if (prepared.sidecar.contains("plan") && variant == 0) {
    plan = PlanFromJson(prepared.sidecar["plan"]);
  } else {
    PlanRequest request;
    request.room = RoomFor(job);
    request.style = job.generate.style;
    request.budget = job.generate.budget;
    request.room_size = job.generate.room_size;
    request.scale = job.generate.scale;
    request.fidelity = FidelityName(job.generate.fidelity);
    request.seed = SeedFor(job);
    request.variant = variant;
    plan =
        PlanRoom(prepared.scene, prepared.srgb, *prepared.catalogue, request);
  }
  if (!job.generate.plan_out.empty()) {
    WritePlan(plan, PlanFile(job.generate.plan_out, job, variant));
  }
  if (plan.placements.empty()) ThrowNothingFits(job, plan);
  return plan;
}

RenderLayers RenderStager::RenderInTurn(
    const StagingJob& job,
    const Prepared& prepared,
    const std::vector<RenderObject>& objects,
    JobProgress& progress,
    const std::function<void(double)>& on_fraction) {
  const std::lock_guard turn(render_turn_);
  StopIfCancelled(progress);
  RenderOptions options;
  options.samples_per_pixel = options_.samples_per_pixel > 0
                                  ? options_.samples_per_pixel
                                  : kDefaultSamplesPerPixel;
  options.seed = SeedFor(job);
  options.threads = options_.threads;
  options.progress = on_fraction;
  options.cancelled = [&progress] { return progress.cancelled(); };
  return Render(prepared.scene, prepared.linear, objects, options);
}

/// One arrangement of a photo on its way to a file.
struct RenderStager::Variant {
  int number = 0;
  double base = 0, share = 0;  ///< of the job's progress
  Plan plan;
  Furnishing furnishing;
  RenderLayers layers;
  Photo staged;
  ImageU8 may_change;  ///< 255 where `staged` may differ from the photo
};

nlohmann::json RenderStager::RefineVariant(const StagingJob& job,
                                           const Prepared& prepared,
                                           JobProgress& progress,
                                           Variant& variant,
                                           StageResult& result) {
  RefineRequest refine =
      RefineRequestFor(job, variant.plan.room, variant.layers);
  const Image<RoomSurface> surfaces =
      RoomSurfaces(prepared.scene,
                   variant.layers.coverage.width(),
                   variant.layers.coverage.height());
  const ImageU8 segmentation = SegmentationPicture(
      surfaces, variant.layers.object, variant.furnishing.functions);
  refine.segmentation = &segmentation;
  const ImageU8 free_mask = FreeMask(prepared.scene, surfaces);
  if (job.generate.fidelity == Fidelity::kCreative) {
    refine.free_mask = &free_mask;
  }
  refine.seed = SeedFor(job) + static_cast<uint64_t>(variant.number);
  refine.on_fraction = [&](double fraction) {
    StopIfCancelled(progress);
    progress.Phase("refine",
                   variant.base + variant.share * (0.85 + 0.1 * fraction));
  };
  refine.on_warning = [&](const std::string& warning) {
    result.warnings.push_back(warning);
  };
  const ImageU8 worked_over =
      options_.refiner->Refine(refine, prepared.converter, variant.staged);
  std::transform(worked_over.data(),
                 worked_over.data() + worked_over.size_bytes(),
                 variant.may_change.data(),
                 variant.may_change.data(),
                 [](uint8_t a, uint8_t b) { return std::max(a, b); });
  return options_.refiner->Settings(refine);
}

void RenderStager::FurnishVariant(const StagingJob& job,
                                  const Prepared& prepared,
                                  JobProgress& progress,
                                  Variant& variant,
                                  nlohmann::json& seconds) {
  const double base = variant.base, share = variant.share;
  Stopwatch stopwatch;
  progress.Phase("plan", base);
  variant.plan = MakePlan(job, variant.number, prepared);
  variant.furnishing =
      Furnish(variant.plan, *prepared.catalogue, options_.threads);
  seconds["plan"] = stopwatch.Lap();
  variant.layers = RenderInTurn(
      job,
      prepared,
      variant.furnishing.objects,
      progress,
      [&](double fraction) {
        progress.Phase("render", base + share * (0.1 + 0.7 * fraction));
      });
  seconds["render"] = stopwatch.Lap();
  progress.Phase("compose", base + share * 0.85);
  Compose(prepared.scene, variant.layers, prepared.converter, variant.staged);
  variant.may_change = MayChange(variant.layers);
  AddMask(prepared.emptied, variant.may_change);
  seconds["compose"] = stopwatch.Lap();
}

void RenderStager::WriteVariant(const StagingJob& job,
                                const Prepared& prepared,
                                const Variant& variant,
                                StageResult& result) const {
  const bool refined = job.generate.engine == "diffusion";
  const WrittenPhoto written =
      WriteResult(variant.staged,
                  prepared.original,
                  job.outputs.at(variant.number),
                  OutputFor(job),
                  {refined ? Alteration::kDiffusion : Alteration::kRendered,
                   "Virtually staged",
                   variant.furnishing.credits});
  const double room_changed =
      CheckRoom(prepared.original, written, variant.may_change);
  NoteOutput(written, result);
  const nlohmann::json in_view = ThingsInViewJson(
      prepared.on_floor, variant.layers.coverage, prepared.original.width());
  result.details["variants"].push_back({{"room", variant.plan.room},
                                        {"score", variant.plan.score},
                                        {"notes", variant.plan.notes},
                                        {"room_changed", room_changed},
                                        {"things_in_view", in_view},
                                        {"pieces", variant.furnishing.pieces}});
  NoteThingsInView(in_view, job.generate.declutter_first, result);
}

StageResult RenderStager::Stage(const StagingJob& job, JobProgress& progress) {
  CheckJob(job);
  const bool refined = job.generate.engine == "diffusion";
  StageResult result;
  nlohmann::json seconds, settings;
  const Prepared prepared = Prepare(job, progress, result, seconds);
  result.details["confidence"] = prepared.scene.confidence;
  NoteSource(prepared.original.source, result);
  if (prepared.scene.trust == SceneTrust::kFloorOnly) {
    result.warnings.push_back(
        "only the floor could be made out: pieces stand free, none hangs on "
        "a wall");
  }
  for (int number = 0; number < job.variants; ++number) {
    const double share = 0.9 / job.variants;
    Variant variant{
        number, 0.1 + share * number, share, {}, {}, {}, prepared.room};
    FurnishVariant(job, prepared, progress, variant, seconds);
    Stopwatch stopwatch;
    if (refined) {
      settings = RefineVariant(job, prepared, progress, variant, result);
      seconds["refine"] = stopwatch.Lap();
    }
    progress.Phase("encode", variant.base + share * 0.95);
    WriteVariant(job, prepared, variant, result);
    seconds["encode"] = stopwatch.Lap();
  }
  result.details["phase_seconds"] = std::move(seconds);
  NoteEngine(job, result);
  if (refined) result.engine["settings"] = std::move(settings);
  progress.Phase("done", 1.0);
  return result;
}

void RenderStager::NoteEngine(const StagingJob& job, StageResult& result) {
  const bool refined = job.generate.engine == "diffusion";
  nlohmann::json models = NetworkRecords();
  if (refined) {
    for (const auto& model : options_.refiner->ModelRecords()) {
      models.push_back(model);
    }
  }
  result.engine = {{"name", refined ? "diffusion" : "render"},
                   {"models", std::move(models)},
                   {"seed", job.seed}};
}

}  // namespace stage::engine
