#pragma once

#include <mutex>

#include "core/stager.h"
#include "engine/catalogue/catalogue.h"
#include "engine/local_engine.h"
#include "engine/pipeline/edit_outcome.h"
#include "engine/pipeline/installed_networks.h"

namespace stage::engine {

/// `edit` without weights: named corrections of the whole photo, other skies
/// and times of day, other materials,
/// single pieces.
class PhotoEditStager final : public Stager {
 public:
  explicit PhotoEditStager(LocalEngineOptions options);

  /// @throws Error(kUsage) for words it does not know, Error(kModel) for
  ///         changes that need a diffusion model
  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  EditOutcome Edit(const StagingJob& job,
                   int variant,
                   const Photo& original,
                   JobProgress& progress);

  nlohmann::json NetworkRecords();

  LocalEngineOptions options_;
  std::shared_ptr<Catalogue> catalogue_;  ///< opened for the first object
  InstalledNetworks networks_;            ///< used in turns
  std::mutex turn_;  ///< photos decode side by side and are worked on in turn
};

}  // namespace stage::engine
