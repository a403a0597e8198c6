#include "core/job_action.h"

#include <map>

#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json JobPlanJson(const StagingJob& job, JobAction action) {
  json outputs = json::array();
  for (const fs::path& path : job.outputs) outputs.push_back(Utf8Path(path));
  return {{"job", job.id},
          {"input", Utf8Path(job.input)},
          {"operation", OperationName(job.operation)},
          {"backend", job.backend},
          {"parameters", ParametersJson(job)},
          {"outputs", outputs},
          {"action", JobActionName(action)}};
}

}  // namespace

std::string_view JobActionName(JobAction action) {
  switch (action) {
    case JobAction::kRun:
      return "run";
    case JobAction::kContinue:
      return "continue";
    case JobAction::kCopy:
      return "copy";
    case JobAction::kSkip:
      return "skip";
  }
  return "run";
}

JobAction DecideAction(const JobRecord* own,
                       const JobRecord* same_work,
                       ResumeMode resume) {
  for (const JobRecord* record : {own, same_work}) {
    if (record != nullptr && record->paid_or_underway()) {
      return JobAction::kContinue;
    }
  }
  if (resume == ResumeMode::kRestart) return JobAction::kRun;
  const auto is_done = [](const JobRecord* record) {
    return record != nullptr && record->state == JobState::kDone &&
           OutputsIntact(*record);
  };
  if (is_done(own)) return JobAction::kSkip;
  return is_done(same_work) ? JobAction::kCopy : JobAction::kRun;
}

json PlanJson(const BatchPlan& plan, ResumeMode resume, const Stager* stager) {
  std::map<fs::path, ManifestState> manifests;
  std::map<std::string, int> actions = {
      {"run", 0}, {"continue", 0}, {"copy", 0}, {"skip", 0}};
  std::map<std::string, fs::path> planned_ids;
  json jobs = json::array();
  double credits = 0;
  bool credits_known = false;
  for (const StagingJob& job : plan.jobs) {
    auto manifest = manifests.find(job.output_folder);
    if (manifest == manifests.end()) {
      manifest =
          manifests.emplace(job.output_folder, ReadManifest(job.output_folder))
              .first;
    }
    const ManifestState& state = manifest->second;
    JobAction action = DecideAction(
        state.Find(job.id, job.input), state.FindSameWork(job.id), resume);
    // The same work twice in one batch is done once and copied.
    const auto [first, is_first] =
        planned_ids.emplace(job.id + job.output_folder.native(), job.input);
    if (!is_first && action == JobAction::kRun) action = JobAction::kCopy;
    json planned = JobPlanJson(job, action);
    if (stager != nullptr && action == JobAction::kRun) {
      if (const auto estimate = stager->EstimateCredits(job)) {
        planned["estimated_credits"] = *estimate;
        credits += *estimate;
        credits_known = true;
      }
    }
    ++actions[std::string(JobActionName(action))];
    jobs.push_back(std::move(planned));
  }
  json unplanned = json::array();
  for (const UnplannedPhoto& photo : plan.unplanned) {
    unplanned.push_back({{"input", Utf8Path(photo.input)},
                         {"kind", ErrorKindName(photo.kind)},
                         {"message", ValidUtf8(photo.message)}});
  }
  json totals = actions;
  totals["jobs"] = plan.jobs.size();
  totals["unplanned"] = plan.unplanned.size();
  if (credits_known) totals["estimated_credits"] = credits;
  return {{"jobs", std::move(jobs)},
          {"unplanned", std::move(unplanned)},
          {"totals", std::move(totals)}};
}

}  // namespace stage
