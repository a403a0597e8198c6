#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/staging_job.h"

namespace stage {

/// One written result file.
struct StagedFile {
  std::filesystem::path path;
  std::string sha256;
  int width = 0;
  int height = 0;
};

/// What one job came to.
struct StageResult {
  std::vector<StagedFile> outputs;
  nlohmann::json engine = nlohmann::json::object();  ///< name, models, seed
  /// Free-form facts for the manifest: scene confidence, placed pieces with
  /// licence and author, timings, `room_changed`, what was fitted.
  nlohmann::json details = nlohmann::json::object();
  std::optional<double> credits;
  std::vector<std::string> warnings;
};

/// How a stager tells what it is doing; thread-safe. `phase` is one lower-case
/// word ("decode", "analyse", "render", ...), fraction 0..1 within the job.
class JobProgress {
 public:
  virtual ~JobProgress() = default;
  virtual void Phase(const std::string& phase, double fraction) = 0;
  /// True when the user asked to stop: give up at the next good moment by
  /// throwing Error(kInterrupted).
  virtual bool cancelled() const = 0;
};

/// A backend: the local engine, or one vendor.
/// Stage may be called from several threads at once.
class Stager {
 public:
  virtual ~Stager() = default;
  /// Does the job and writes its results whole to `job.outputs`.
  /// @throws Error
  virtual StageResult Stage(const StagingJob& job, JobProgress& progress) = 0;
  /// How many jobs the batch loop should keep in flight.
  virtual int preferred_jobs_in_flight() const = 0;
};

}  // namespace stage
