#pragma once

#include <memory>
#include <mutex>

#include "core/photo/photo.h"
#include "engine/diffusion/diffusion_model.h"
#include "engine/diffusion_engine.h"

namespace stage::engine {

/// `edit --prompt`: what the mask covers (without one, the whole photo) is made
/// anew as the words say, in a crop at the model's own resolution; outside of
/// the mask the photo keeps its bits.
class EditStager final : public Stager {
 public:
  explicit EditStager(DiffusionEngineOptions options)
      : options_(std::move(options)) {}

  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 1; }

 private:
  DiffusionModel& Model();

  DiffusionEngineOptions options_;
  std::mutex turn_;  ///< the model works on one photo at a time
  std::unique_ptr<DiffusionModel> model_;
};

}  // namespace stage::engine
