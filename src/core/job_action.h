#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/batch_plan.h"
#include "core/manifest.h"

namespace stage {

/// What is to be done about a job, in the light of the manifest.
enum class JobAction {
  kRun,       ///< do it
  kContinue,  ///< a vendor has or may have it: go on from its last record
  kCopy,      ///< the same work was done for another photo of the folder
  kSkip,      ///< finished, its results are intact
};
std::string_view JobActionName(JobAction action);

enum class ResumeMode {
  kResume,   ///< finished jobs are skipped
  kRestart,  ///< they are done again; what a vendor still holds is fetched
};

/// Decides from the job's own record and the record of the same work on
/// another photo of the folder; each may be nullptr. Reads the results of
/// finished jobs to see whether they are intact.
JobAction DecideAction(const JobRecord* own,
                       const JobRecord* same_work,
                       ResumeMode resume);

/// The plan as `--dry-run --json` prints it: {"jobs": [{"job", "input",
/// "operation", "backend", "parameters", "outputs", "action",
/// "estimated_credits"?}], "unplanned": [{"input", "kind", "message"}],
/// "totals":
/// {"jobs", "run", "continue", "copy", "skip", "unplanned",
/// "estimated_credits"?}}. Writes nothing.
/// @param stager  asked for estimates; may be nullptr
nlohmann::json PlanJson(const BatchPlan& plan,
                        ResumeMode resume,
                        const Stager* stager);

}  // namespace stage
