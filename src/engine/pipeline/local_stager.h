#pragma once

#include <memory>

#include "core/stager.h"
#include "engine/local_engine.h"

namespace stage::engine {

/// Hands each job to the stager of its operation; a batch may mix them.
class LocalStager final : public Stager {
 public:
  explicit LocalStager(const LocalEngineOptions& options);

  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  Stager& For(const StagingJob& job) const;

  std::unique_ptr<Stager> render_;
  std::unique_ptr<Stager> upscale_;
  std::unique_ptr<Stager> edit_;
  std::unique_ptr<Stager> declutter_;
};

}  // namespace stage::engine
