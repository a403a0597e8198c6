#pragma once

#include "core/stager.h"
#include "engine/local_engine.h"
#include "engine/pipeline/photo_edit_stager.h"
#include "engine/pipeline/render_stager.h"
#include "engine/pipeline/upscale_stager.h"

namespace stage::engine {

/// Hands each job to the stager of its operation; a batch may mix them.
class LocalStager final : public Stager {
 public:
  explicit LocalStager(const LocalEngineOptions& options);

  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  Stager& For(const StagingJob& job);

  RenderStager render_;
  UpscaleStager upscale_;
  PhotoEditStager edit_;
};

}  // namespace stage::engine
