#include "engine/pipeline/local_stager.h"

#include "engine/pipeline/declutter_stager.h"
#include "engine/pipeline/photo_edit_stager.h"
#include "engine/pipeline/render_stager.h"
#include "engine/pipeline/upscale_stager.h"

namespace stage::engine {

LocalStager::LocalStager(const LocalEngineOptions& options)
    : render_(std::make_unique<RenderStager>(options)),
      upscale_(std::make_unique<UpscaleStager>(options)),
      edit_(std::make_unique<PhotoEditStager>(options)),
      declutter_(std::make_unique<DeclutterStager>(options)) {}

Stager& LocalStager::For(const StagingJob& job) const {
  switch (job.operation) {
    case Operation::kGenerate:
      return *render_;
    case Operation::kUpscale:
      return *upscale_;
    case Operation::kDeclutter:
      return *declutter_;
    case Operation::kEdit:
      return job.edit.remove ? *declutter_ : *edit_;
  }
  return *render_;
}

void LocalStager::CheckJob(const StagingJob& job) const {
  For(job).CheckJob(job);
}

StageResult LocalStager::Stage(const StagingJob& job, JobProgress& progress) {
  return For(job).Stage(job, progress);
}

}  // namespace stage::engine
