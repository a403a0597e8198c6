#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "core/atomic_file.h"
#include "core/batch.h"
#include "core/stager.h"
#include "support/temp_dir.h"

namespace stage::test {

/// Stages a photo by writing its text with a remark, so that tests need no
/// pictures.
class FakeStager : public Stager {
 public:
  /// Called before a job's results are written; may throw.
  std::function<void(const StagingJob&, JobProgress&)> before;
  std::chrono::milliseconds duration{0};
  int in_flight = 1;
  std::atomic<int> staged{0};

  StageResult Stage(const StagingJob& job, JobProgress& progress) override {
    progress.Phase("render", 0.5);
    if (before) before(job, progress);
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
      if (progress.cancelled()) {
        throw Error(ErrorKind::kInterrupted, "interrupted");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ++staged;
    return Write(job);
  }
  int preferred_jobs_in_flight() const override { return in_flight; }

  /// What variant n (from 1) of a job must hold.
  static std::string Expected(const StagingJob& job, int n) {
    return ReadFileBytes(job.input) + " staged " + job.generate.style + " " +
           std::to_string(n);
  }

 protected:
  static StageResult Write(const StagingJob& job) {
    StageResult result;
    for (size_t i = 0; i < job.outputs.size(); ++i) {
      WriteFileAtomically(job.outputs[i],
                          Expected(job, static_cast<int>(i) + 1));
      result.outputs.push_back(
          {.path = job.outputs[i], .width = 4, .height = 3});
    }
    result.engine = {{"name", "fake"}};
    return result;
  }
};

/// A request to furnish everything in a folder.
inline BatchRequest RequestFor(const std::filesystem::path& folder) {
  BatchRequest request;
  request.inputs.paths = {folder};
  return request;
}

/// Quick retries and no display.
inline BatchReport RunQuietly(const BatchPlan& plan,
                              Stager& stager,
                              BatchOptions options = {}) {
  options.retry_wait_s = 0.001;
  Progress progress;
  return RunBatch(plan, stager, options, progress);
}

}  // namespace stage::test
