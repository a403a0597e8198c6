#include "engine/pipeline/local_stager.h"

namespace stage::engine {

LocalStager::LocalStager(const LocalEngineOptions& options)
    : render_(options), upscale_(options), edit_(options) {}

Stager& LocalStager::For(const StagingJob& job) {
  if (job.operation == Operation::kUpscale) return upscale_;
  if (job.operation == Operation::kEdit) return edit_;
  return render_;
}

void LocalStager::CheckJob(const StagingJob& job) const {
  if (job.operation == Operation::kUpscale) {
    upscale_.CheckJob(job);
  } else if (job.operation == Operation::kEdit) {
    edit_.CheckJob(job);
  } else {
    render_.CheckJob(job);
  }
}

StageResult LocalStager::Stage(const StagingJob& job, JobProgress& progress) {
  return For(job).Stage(job, progress);
}

}  // namespace stage::engine
