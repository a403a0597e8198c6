#include "cli/local_stager.h"

#include <algorithm>

#include "cli/diffusion_jobs.h"
#include "cli/diffusion_module.h"
#include "cli/engine_module.h"
#include "cli/models/inpainting_model.h"

namespace stage::cli {
namespace {

/// @param purpose  what needs a model, for the message
DiffusionEngineOptions DiffusionOptions(const std::string& purpose,
                                        const PhotoOptions& asked) {
  const InpaintingModel model =
      FindInpaintingModel(purpose, asked.model.parameters);
  DiffusionEngineOptions options;
  options.model = model.base.path;
  options.model_record = model.base.Record();
  options.tokenizer = model.tokenizer;
  if (model.latent_refiner) {
    options.latent_refiner = {model.latent_refiner->path,
                              model.latent_refiner->Record()};
  }
  options.loras = ParametersOf(asked.model).loras;
  options.threads = asked.threads;
  options.device = asked.device;
  options.precision = asked.model.precision;
  options.max_memory_bytes = asked.model.max_memory_bytes.value_or(0);
  return options;
}

/// With all that furniture can be conditioned on.
DiffusionEngineOptions RefinerOptions(const BatchPlan& plan,
                                      const PhotoOptions& asked) {
  DiffusionEngineOptions options =
      DiffusionOptions("--engine diffusion", asked);
  const InpaintingModel model =
      FindInpaintingModel("--engine diffusion", asked.model.parameters);
  for (const ControlInUse& control : model.controls) {
    options.controls.push_back(
        {control.kind, control.model.path, control.model.Record()});
  }
  const bool follows_pictures = std::any_of(
      plan.jobs.begin(), plan.jobs.end(), [](const StagingJob& job) {
        return UsesDiffusion(job) && !job.generate.furniture.empty();
      });
  if (follows_pictures && model.image_adapter) {
    const ModelInUse& adapter = *model.image_adapter;
    options.image_adapter = {
        adapter.path / adapter.installed.files.front(),
        (adapter.path / adapter.installed.files.at(1)).parent_path(),
        adapter.Record()};
  }
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

std::unique_ptr<Stager> MakeLocalStager(const BatchPlan& plan,
                                        const PhotoOptions& asked) {
  bool edits = false, furnishes = false, refines = false;
  for (const StagingJob& job : plan.jobs) {
    const bool by_prompt = IsByPrompt(job);
    edits |= by_prompt;
    furnishes |= !by_prompt;
    refines |= !by_prompt && UsesDiffusion(job);
  }
  if (CudaDeviceNamed(asked.device) && !edits && !refines) {
    throw Error(ErrorKind::kDevice,
                "--device " + asked.device +
                    ": this work is done on the processor; use --device auto "
                    "or cpu, or give generate --engine diffusion");
  }
  std::unique_ptr<Stager> editor;
  if (edits) {
    editor = OpenDiffusionEngine().MakeStager(
        DiffusionOptions("edit --prompt", asked));
    if (!furnishes) return editor;
  }
  LocalEngineOptions options;
  options.threads = asked.threads;
  if (refines) {
    options.refiner =
        OpenDiffusionEngine().MakeRefiner(RefinerOptions(plan, asked));
  }
  std::unique_ptr<Stager> furnisher = OpenLocalEngine().MakeStager(options);
  if (!editor) return furnisher;
  return std::make_unique<MixedStager>(std::move(furnisher), std::move(editor));
}

}  // namespace stage::cli
