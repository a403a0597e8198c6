#include "cli/local_stager.h"

#include <algorithm>

#include "cli/engine_module.h"
#include "cli/models/inpainting_model.h"
#include "cli/open_module.h"
#include "core/program_files.h"
#include "core/weights/hub_cache.h"
#include "engine/diffusion_engine.h"

namespace stage::cli {
namespace {

constexpr auto kDiffusionModule = "libstage_diffusion.so";
constexpr auto kWeightsFolder = "unet/";

/// What a manifest says of a model: its name, commit, and the digest of its
/// largest part where the cache tells it.
nlohmann::json ModelRecord(const InpaintingModel& model) {
  nlohmann::json record = {{"name", model.entry->name},
                           {"repository", model.entry->repository},
                           {"commit", model.installed.commit}};
  const HubRepository repository(FindModelFolders().hub_cache,
                                 model.entry->repository);
  for (const std::string& file : model.installed.files) {
    const std::string id = repository.BlobOf(model.installed.folder / file);
    if (file.starts_with(kWeightsFolder) && id.size() == 64) {
      record["sha256"] = id;
    }
  }
  return record;
}

std::unique_ptr<Stager> MakeDiffusionStager(int threads) {
  const InpaintingModel model = FindInpaintingModel("edit --prompt");
  // Never destroyed: a thread may still be in it when the process ends.
  static DiffusionEngine* const engine =
      OpenModule<DiffusionEngine>({.file = FindProjectLibrary(kDiffusionModule),
                                   .what = "diffusion engine",
                                   .file_name = kDiffusionModule,
                                   .entry = "stage_open_diffusion_engine"},
                                  kDiffusionEngineAbi)
          .release();
  return engine->MakeStager({.model = model.installed.folder,
                             .model_record = ModelRecord(model),
                             .threads = threads});
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
    return job.operation == Operation::kEdit ? *editor_ : *furnisher_;
  }

  std::unique_ptr<Stager> furnisher_;
  std::unique_ptr<Stager> editor_;
};

}  // namespace

std::unique_ptr<Stager> MakeLocalStager(const BatchPlan& plan, int threads) {
  const auto edits = std::count_if(
      plan.jobs.begin(), plan.jobs.end(), [](const StagingJob& job) {
        return job.operation == Operation::kEdit;
      });
  std::unique_ptr<Stager> editor =
      edits > 0 ? MakeDiffusionStager(threads) : nullptr;
  if (editor && edits == std::ssize(plan.jobs)) return editor;
  LocalEngineOptions options;
  options.threads = threads;
  std::unique_ptr<Stager> furnisher = OpenLocalEngine().MakeStager(options);
  if (!editor) return furnisher;
  return std::make_unique<MixedStager>(std::move(furnisher), std::move(editor));
}

}  // namespace stage::cli
