#include "engine/pipeline/render_stager.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "core/photo/photo.h"
#include "core/presets.h"
#include "core/sidecar.h"
#include "engine/pipeline/furnish.h"
#include "engine/pipeline/plan_file.h"
#include "engine/pipeline/result_notes.h"
#include "engine/pipeline/room_check.h"
#include "engine/pipeline/room_emptying.h"
#include "engine/pipeline/room_from_name.h"
#include "engine/pipeline/room_recognition.h"
#include "engine/pipeline/room_setting.h"
#include "engine/pipeline/room_surfaces.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/see_room.h"
#include "engine/plan/plan.h"
#include "engine/refiner.h"
#include "engine/render/compose.h"
#include "engine/render/render.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

constexpr int kRenderLongEdgePx = 3000;
constexpr int kDefaultSamplesPerPixel = 12;

/// Seconds a phase took, for the manifest.
class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return std::round(seconds * 1000) / 1000;
  }

 private:
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
};

void StopIfCancelled(const JobProgress& progress) {
  if (progress.cancelled()) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
}

[[noreturn]] void ThrowNoGeometry(const StagingJob& job, const Scene& scene) {
  const int percent = static_cast<int>(std::lround(scene.confidence * 100));
  const std::string why =
      scene.furnished
          ? "; things seem to stand on its floor: take them away first, as "
            "`stage declutter --help` says, or put "
          : "; put ";
  throw Error(
      ErrorKind::kGeometry,
      job.input.filename().string() + ": the room could not be understood (" +
          std::to_string(percent) + " % sure)" + why +
          "floor_polygon (and openings) into " + job.input.filename().string() +
          ".stage.json, as `stage analyze --json` prints them, or give "
          "--camera-height and --ceiling-height");
}

[[noreturn]] void ThrowElsewhere(const StagingJob& job,
                                 const std::string& why) {
  throw Error(ErrorKind::kGeometry,
              job.input.filename().string() + ": the photo seems to be " + why +
                  ", or stage it all the same with --force-geometry");
}

[[noreturn]] void ThrowNothingFits(const StagingJob& job, const Plan& plan) {
  std::string why;
  for (const std::string& note : plan.notes) why += "; " + note;
  throw Error(ErrorKind::kGeometry,
              job.input.filename().string() + ": nothing fits into this room" +
                  why +
                  "; try another --room, --room-size small or a plan of your "
                  "own with --use-plan");
}

// Views of one room share the seed, so that they share pieces and colours.
uint64_t SeedFor(const StagingJob& job) {
  const std::string& key = job.generate.same_room.empty()
                               ? job.input_sha256
                               : job.generate.same_room;
  uint64_t hash = 14695981039346656037ull ^ job.seed;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  }
  return hash;
}

// How far a model may depart from the render, by --fidelity.
double RefineStrength(Fidelity fidelity) {
  if (fidelity == Fidelity::kStrict) return 0.3;
  return fidelity == Fidelity::kBalanced ? 0.5 : 0.85;
}

// The words of the presets for a model.
RefineRequest RefineRequestFor(const StagingJob& job,
                               const std::string& room,
                               const RenderLayers& layers) {
  const StylePreset& style = InstalledPresets().Style(job.generate.style);
  RefineRequest request{.coverage = layers.coverage, .depth = layers.depth};
  request.prompt = style.prompt;
  request.negative_prompt = style.negative_prompt;
  if (const RoomPreset* preset = InstalledPresets().FindRoom(room)) {
    request.prompt = preset->prompt + ", " + style.prompt;
  }
  for (const auto& [words, asked] :
       {std::pair(&request.prompt, &job.generate.prompt),
        std::pair(&request.negative_prompt, &job.generate.negative_prompt)}) {
    if (!asked->empty()) *words = *asked + ", " + *words;
  }
  request.strength = RefineStrength(job.generate.fidelity);
  request.parameters = job.diffusion;
  request.furniture = job.generate.furniture;
  return request;
}

// `--room auto`: the file's name first, then what the planner sees.
std::string RoomFor(const StagingJob& job) {
  if (job.generate.room != "auto") return job.generate.room;
  const std::string named = RoomFromName(job.input.stem().string());
  return named.empty() ? job.generate.room : named;
}

// The user's catalogues add to the installed one, where there is one.
std::shared_ptr<Catalogue> OpenWithDefault(
    const std::vector<std::string>& sources) {
  std::vector<std::filesystem::path> all(sources.begin(), sources.end());
  if (all.empty()) return OpenCatalogue(all);
  all.insert(all.begin(), "default");
  try {
    return OpenCatalogue(all);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kModel) throw;
    all.erase(all.begin());
    return OpenCatalogue(all);
  }
}

OutputOptions OutputFor(const StagingJob& job) {
  OutputOptions output = job.output;
  const std::string& size = job.generate.image_size;
  const int edge = size == "1K"   ? 1024
                   : size == "2K" ? 2048
                   : size == "4K" ? 4096
                                  : 0;
  if (edge > 0) {
    output.long_edge_px = std::min(edge, output.long_edge_px.value_or(edge));
  }
  return output;
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
  if (job.operation != Operation::kGenerate) {
    throw Error(ErrorKind::kModel,
                "this version's local engine does not " +
                    std::string(OperationName(job.operation)) +
                    "; use a vendor with --backend");
  }
  // Refused rather than ignored: nobody should publish a picture that honours
  // half of the request.
  const GenerateParameters& asked = job.generate;
  const auto refuse = [](const std::string& what) {
    throw Error(ErrorKind::kModel,
                what +
                    " needs a diffusion model, which this version does not "
                    "run locally; leave the option out or use a vendor with "
                    "--backend");
  };
  if (asked.engine == "diffusion" && !options_.refiner) {
    refuse("--engine diffusion");
  }
  if (asked.engine != "diffusion") {
    if (!asked.prompt.empty()) refuse("--prompt");
    if (!asked.negative_prompt.empty()) refuse("--negative-prompt");
    if (!asked.furniture.empty()) refuse("--furniture");
  }
  if (!asked.sketch.empty()) refuse("--sketch");
  if (asked.exterior) refuse("--exterior");
  if (!asked.mask.empty()) refuse("--mask");
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
  ImageF linear;  ///< render size
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
  if (emptied.changed) {
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
  prepared.srgb = ReadSrgb8(photo, prepared.converter, kAnalysisLongEdgePx);
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
  if (job.generate.room == "auto") RecogniseRoom(job, prepared);
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
  for (int variant = 0; variant < job.variants; ++variant) {
    const double share = 0.9 / job.variants;
    const double base = 0.1 + share * variant;
    Stopwatch stopwatch;
    progress.Phase("plan", base);
    const Plan plan = MakePlan(job, variant, prepared);
    const Furnishing furnishing =
        Furnish(plan, *prepared.catalogue, options_.threads);
    seconds["plan"] = stopwatch.Lap();

    const RenderLayers layers = RenderInTurn(
        job, prepared, furnishing.objects, progress, [&](double fraction) {
          progress.Phase("render", base + share * (0.1 + 0.7 * fraction));
        });
    seconds["render"] = stopwatch.Lap();
    progress.Phase("compose", base + share * 0.85);
    Photo staged = prepared.room;
    Compose(prepared.scene, layers, prepared.converter, staged);
    seconds["compose"] = stopwatch.Lap();
    ImageU8 may_change = MayChange(layers);
    AddMask(prepared.emptied, may_change);
    if (refined) {
      RefineRequest refine = RefineRequestFor(job, plan.room, layers);
      const Image<RoomSurface> surfaces = RoomSurfaces(
          prepared.scene, layers.coverage.width(), layers.coverage.height());
      const ImageU8 segmentation =
          SegmentationPicture(surfaces, layers.object, furnishing.functions);
      refine.segmentation = &segmentation;
      const ImageU8 free_mask = FreeMask(prepared.scene, surfaces);
      if (job.generate.fidelity == Fidelity::kCreative) {
        refine.free_mask = &free_mask;
      }
      refine.seed = SeedFor(job) + static_cast<uint64_t>(variant);
      refine.on_fraction = [&](double fraction) {
        StopIfCancelled(progress);
        progress.Phase("refine", base + share * (0.85 + 0.1 * fraction));
      };
      refine.on_warning = [&](const std::string& warning) {
        result.warnings.push_back(warning);
      };
      const ImageU8 worked_over =
          options_.refiner->Refine(refine, prepared.converter, staged);
      std::transform(worked_over.data(),
                     worked_over.data() + worked_over.size_bytes(),
                     may_change.data(),
                     may_change.data(),
                     [](uint8_t a, uint8_t b) { return std::max(a, b); });
      settings = options_.refiner->Settings(refine);
      seconds["refine"] = stopwatch.Lap();
    }

    progress.Phase("encode", base + share * 0.95);
    const WrittenPhoto written =
        WriteResult(staged,
                    prepared.original,
                    job.outputs.at(variant),
                    OutputFor(job),
                    {refined ? Alteration::kDiffusion : Alteration::kRendered,
                     "Virtually staged",
                     furnishing.credits});
    const double room_changed =
        CheckRoom(prepared.original, written, may_change);
    seconds["encode"] = stopwatch.Lap();
    NoteOutput(written, result);
    result.details["variants"].push_back({{"room", plan.room},
                                          {"score", plan.score},
                                          {"notes", plan.notes},
                                          {"room_changed", room_changed},
                                          {"pieces", furnishing.pieces}});
  }
  result.details["phase_seconds"] = std::move(seconds);
  nlohmann::json models = NetworkRecords();
  if (refined) {
    for (const auto& model : options_.refiner->ModelRecords()) {
      models.push_back(model);
    }
  }
  result.engine = {{"name", refined ? "diffusion" : "render"},
                   {"models", std::move(models)},
                   {"seed", job.seed}};
  if (refined) result.engine["settings"] = std::move(settings);
  progress.Phase("done", 1.0);
  return result;
}

}  // namespace stage::engine
