#include "engine/pipeline/local_stager.h"

namespace stage::engine {

LocalStager::LocalStager(const LocalEngineOptions& options)
    : render_(options), upscale_(options) {}

void LocalStager::CheckJob(const StagingJob& job) const {
  if (job.operation == Operation::kUpscale) {
    upscale_.CheckJob(job);
  } else {
    render_.CheckJob(job);
  }
}

StageResult LocalStager::Stage(const StagingJob& job, JobProgress& progress) {
  return job.operation == Operation::kUpscale ? upscale_.Stage(job, progress)
                                              : render_.Stage(job, progress);
}

}  // namespace stage::engine
