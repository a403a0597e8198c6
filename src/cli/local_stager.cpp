#include "cli/local_stager.h"

#include "cli/engine_module.h"
#include "cli/models/inpainting_model.h"
#include "core/open_module.h"
#include "core/program_files.h"
#include "core/weights/hub_cache.h"
#include "engine/diffusion_engine.h"

namespace stage::cli {
namespace {

constexpr auto kDiffusionModule = "libstage_diffusion.so";

/// What a manifest says of a model: its name, commit, and the digest of its
/// network where the cache tells it.
nlohmann::json ModelRecord(const ModelInUse& model) {
  nlohmann::json record = {{"name", model.entry->name},
                           {"repository", model.entry->repository},
                           {"commit", model.installed.commit}};
  const HubRepository repository(FindModelFolders().hub_cache,
                                 model.entry->repository);
  for (const std::string& file : model.installed.files) {
    const std::string id = repository.BlobOf(model.installed.folder / file);
    if (file.find("diffusion_pytorch_model") != std::string::npos &&
        !file.starts_with("vae/") && id.size() == 64) {
      record["sha256"] = id;
    }
  }
  return record;
}

DiffusionEngine& OpenDiffusionEngine() {
  // Never destroyed: a thread may still be in it when the process ends.
  static DiffusionEngine* const engine =
      OpenModule<DiffusionEngine>({.file = FindProjectLibrary(kDiffusionModule),
                                   .what = "diffusion engine",
                                   .file_name = kDiffusionModule,
                                   .entry = "stage_open_diffusion_engine"},
                                  kDiffusionEngineAbi)
          .release();
  return *engine;
}

/// @param purpose  what needs a model, for the message
DiffusionEngineOptions DiffusionOptions(const std::string& purpose,
                                        int threads) {
  const InpaintingModel model = FindInpaintingModel(purpose);
  DiffusionEngineOptions options;
  options.model = model.base.installed.folder;
  options.model_record = ModelRecord(model.base);
  if (model.depth_control) {
    options.depth_control = model.depth_control->installed.folder;
    options.depth_control_record = ModelRecord(*model.depth_control);
  }
  options.threads = threads;
  return options;
}

/// Whether a job is one for the diffusion engine.
bool IsByPrompt(const StagingJob& job) {
  return job.operation == Operation::kEdit && !job.edit.prompt.empty();
}

/// Hands each job to the engine that does it.
class MixedStager final : public Stager {
 public:
  MixedStager(std::unique_ptr<Stager> furnisher, std::unique_ptr<Stager> editor)
      : furnisher_(std::move(furnisher)), editor_(std::move(editor)) {}

  StageResult Stage(const StagingJob& job, JobProgress& progress) override {
    return For(job).Stage(job, progress);
  }
  void CheckJob(const StagingJob& job) const override {
    For(job).CheckJob(job);
  }
  int preferred_jobs_in_flight() const override { return 1; }

 private:
  Stager& For(const StagingJob& job) const {
    return IsByPrompt(job) ? *editor_ : *furnisher_;
  }

  std::unique_ptr<Stager> furnisher_;
  std::unique_ptr<Stager> editor_;
};

}  // namespace

std::unique_ptr<Stager> MakeLocalStager(const BatchPlan& plan, int threads) {
  bool edits = false, furnishes = false, refines = false;
  for (const StagingJob& job : plan.jobs) {
    const bool by_prompt = IsByPrompt(job);
    edits |= by_prompt;
    furnishes |= !by_prompt;
    refines |= job.operation == Operation::kGenerate &&
               job.generate.engine == "diffusion";
  }
  std::unique_ptr<Stager> editor;
  if (edits) {
    editor = OpenDiffusionEngine().MakeStager(
        DiffusionOptions("edit --prompt", threads));
    if (!furnishes) return editor;
  }
  LocalEngineOptions options;
  options.threads = threads;
  if (refines) {
    options.refiner = OpenDiffusionEngine().MakeRefiner(
        DiffusionOptions("--engine diffusion", threads));
  }
  std::unique_ptr<Stager> furnisher = OpenLocalEngine().MakeStager(options);
  if (!editor) return furnisher;
  return std::make_unique<MixedStager>(std::move(furnisher), std::move(editor));
}

}  // namespace stage::cli
