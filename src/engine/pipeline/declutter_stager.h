#pragma once

#include <mutex>

#include "core/stager.h"
#include "engine/local_engine.h"

namespace stage::engine {

/// `declutter --mask` and `edit --remove --mask`: what a mask covers goes, and
/// the room behind it is completed from what else the photo shows of it.
class DeclutterStager final : public Stager {
 public:
  explicit DeclutterStager(LocalEngineOptions options);

  /// Refuses what needs a network that finds things.
  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  LocalEngineOptions options_;
  std::mutex turn_;
};

}  // namespace stage::engine
