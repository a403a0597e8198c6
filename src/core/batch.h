#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/batch_plan.h"
#include "core/job_action.h"
#include "core/progress.h"
#include "core/stager.h"

namespace stage {

struct BatchOptions {
  std::optional<int> jobs_in_flight;  ///< none: what the stager prefers
  ResumeMode resume = ResumeMode::kResume;
  int retries = 2;          ///< further attempts of a job, where they can help
  double retry_wait_s = 1;  ///< before the first retry; doubles, with jitter
  std::optional<double> timeout_s;    ///< of one attempt
  std::optional<double> max_credits;  ///< of this run
  std::string stage_version;          ///< for the manifest's batch record
  /// Throws when a result must not count as done: not decodable, black, of
  /// another size, a changed room. Results refused are moved to `rejected/`.
  std::function<void(const StagingJob&, const StageResult&)> check;
  /// Gets each job's last record as it ends, also of skipped and failed ones;
  /// called by one thread at a time.
  std::function<void(const StagingJob&, const nlohmann::json& record)>
      on_record;
};

enum class OutcomeKind {
  kDone,
  kSkipped,  ///< finished by an earlier run
  kCopied,   ///< same work as another photo's
  kPending,  ///< left with the vendor
  kLeftOut,  ///< not a photo for this operation
  kFailed,
  kDoubtful,  ///< failed, and a vendor may have taken it
  kNotRun,    ///< interrupted or batch stopped first
};
std::string_view OutcomeName(OutcomeKind kind);

/// How one job ended.
struct JobOutcome {
  StagingJob job;
  OutcomeKind kind = OutcomeKind::kNotRun;
  StageResult result;
  std::optional<ErrorKind> error_kind;
  std::string error;
  double seconds = 0;
  int attempts = 0;
};

/// How a batch ended.
struct BatchReport {
  std::vector<JobOutcome> outcomes;  ///< in the plan's order
  std::vector<UnplannedPhoto> unplanned;
  double seconds = 0;
  double credits = 0;  ///< charged in this run, as far as known
  bool interrupted = false;
  /// Set when the batch stopped early for a reason that concerns every job.
  std::optional<ErrorKind> stopped_by;
  std::string stop_message;

  int Count(OutcomeKind kind) const;
  /// Failed, doubtful and unplanned photos.
  int failures() const;
  /// True when there were photos, and none was one for the operation.
  bool is_all_left_out() const;
  /// When nothing at all went through for one reason that is no photo's fault,
  /// that is how the batch ended.
  void NoteCommonError();
};

/// Runs a plan: several jobs at a time, each tried again where that can help,
/// every step in the manifests of the output folders. A photo's error does not
/// stop the others; wrong credentials, no credits, a missing model or device, a
/// full disk and a vendor that refuses job after job do. Interrupted() and
/// `max_credits` stop it between jobs.
/// @throws Error(kUsage) from Stager::CheckJob before anything is done,
///         Error(kDisk) when an output folder cannot be written or is in use
BatchReport RunBatch(const BatchPlan& plan,
                     Stager& stager,
                     const BatchOptions& options,
                     Progress& progress);

}  // namespace stage
