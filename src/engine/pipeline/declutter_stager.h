#pragma once

#include <mutex>

#include "core/stager.h"
#include "engine/local_engine.h"
#include "engine/pipeline/installed_networks.h"

namespace stage::engine {

/// `declutter` and `edit --remove --mask`: what a mask covers goes, or what is
/// surely loose, and the room behind it is completed from what else the photo
/// shows of it.
class DeclutterStager final : public Stager {
 public:
  explicit DeclutterStager(LocalEngineOptions options);

  /// Refuses what needs a network that tells things apart.
  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  LocalEngineOptions options_;
  InstalledNetworks networks_;  ///< used in turns
  std::mutex turn_;
};

}  // namespace stage::engine
