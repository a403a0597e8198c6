#include "cli/webhook/delivery_worker.h"

#include "core/batch.h"
#include "core/batch_plan.h"
#include "core/batch_status.h"
#include "core/error.h"
#include "core/manifest_file.h"
#include "core/version.h"

namespace stage::cli {
namespace {

namespace fs = std::filesystem;
using webhook::Event;
using webhook::EventJob;
using Kind = WorkOutcome::Kind;

/// The job of a record, complete enough to be fetched; nullopt when it is no
/// longer with the vendor.
std::optional<StagingJob> UnfinishedJob(const fs::path& folder,
                                        const JobRecord& record) {
  for (StagingJob& job : UnfinishedRemoteJobs(ReadBatchStatus(folder))) {
    if (job.id == record.job && job.input == record.input) return job;
  }
  return std::nullopt;
}

/// Writes what the event adds to the job's orders into the manifest.
void RecordNews(const fs::path& folder,
                const StagingJob& job,
                const Event& event,
                const EventJob& found) {
  const nlohmann::json remote = webhook::RemoteWith(event, found);
  if (remote.is_null()) return;
  Manifest manifest(folder, ManifestSharing::kAlone);
  manifest.AppendJob(job,
                     found.record.json.at("parameters"),
                     webhook::StateOfRemote(remote, found.record.state),
                     {{"remote", remote}});
}

WorkOutcome OutcomeOf(const BatchReport& report) {
  const JobOutcome& outcome = report.outcomes.front();
  switch (outcome.kind) {
    case OutcomeKind::kDone:
    case OutcomeKind::kCopied:
    case OutcomeKind::kSkipped:
      return {Kind::kClosed, "fetched"};
    case OutcomeKind::kLeftOut:
      return {Kind::kClosed, "left out"};
    case OutcomeKind::kPending:
      return {Kind::kAgain, "the vendor has not finished it yet"};
    case OutcomeKind::kNotRun:
      return {Kind::kAgain, "not begun"};
    case OutcomeKind::kFailed:
    case OutcomeKind::kDoubtful:
      break;
  }
  const bool may_pass = outcome.error_kind == ErrorKind::kVendorUnavailable;
  return {may_pass ? Kind::kAgain : Kind::kClosed, outcome.error};
}

}  // namespace

WorkOutcome DeliveryWorker::Work(const Event& event) {
  for (const fs::path& folder : folders_) {
    const auto found = webhook::FindEventJob(event, ReadManifest(folder));
    if (!found) continue;
    WorkOutcome outcome = WorkIn(folder, event, *found);
    outcome.photo = found->record.input;
    return outcome;
  }
  const bool names_something = !event.remote_id.empty() || !event.token.empty();
  // The process that ordered it may be about to write it down.
  return {names_something ? Kind::kAgain : Kind::kClosed,
          "no order of these batches"};
}

WorkOutcome DeliveryWorker::WorkIn(const fs::path& folder,
                                   const Event& event,
                                   const EventJob& found) {
  if (!found.record.paid_or_underway()) {
    return {Kind::kClosed,
            "already " + std::string(JobStateName(found.record.state))};
  }
  if (LockHolder(ManifestPath(folder)) > 0) {
    return {Kind::kBusy, "another process works in the folder"};
  }
  const std::optional<StagingJob> job = UnfinishedJob(folder, found.record);
  if (!job) return {Kind::kClosed, "already settled"};
  RecordNews(folder, *job, event, found);
  BatchPlan plan;
  plan.jobs = {*job};
  BatchOptions options;
  options.jobs_in_flight = 1;
  options.retries = 0;
  options.stage_version = Version();
  return OutcomeOf(RunBatch(plan, stager_, options, progress_));
}

}  // namespace stage::cli
