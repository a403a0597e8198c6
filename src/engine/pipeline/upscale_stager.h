#pragma once

#include <memory>
#include <mutex>

#include "core/photo/photo.h"
#include "core/stager.h"
#include "engine/local_engine.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// `upscale`: a network that comes with the program, then an exact resize.
/// Photos in flight decode and encode side by side and take turns at the
/// network, which uses every core by itself.
class UpscaleStager final : public Stager {
 public:
  explicit UpscaleStager(LocalEngineOptions options);

  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  Photo Enlarged(const StagingJob& job,
                 const Photo& original,
                 JobProgress& progress,
                 StageResult& result);

  LocalEngineOptions options_;
  std::mutex turn_;
  std::unique_ptr<Upscaler> upscaler_;
  std::filesystem::path weights_;  ///< of upscaler_
};

}  // namespace stage::engine
