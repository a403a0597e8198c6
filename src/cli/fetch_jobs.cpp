#include "cli/fetch_jobs.h"

#include <map>

#include "core/batch.h"
#include "core/interrupt.h"
#include "core/settings.h"
#include "core/version.h"
#include "remote/remote_stager.h"

namespace stage::cli {
namespace {

BatchReport FetchFrom(const std::string& backend,
                      std::vector<StagingJob> jobs,
                      const FetchOptions& options,
                      Progress& progress) {
  const remote::Vendor& vendor = remote::FindVendor(backend);
  const remote::RemoteOptions remote = {
      .config = options.general.config.empty() ? DefaultConfigFile()
                                               : options.general.config,
      .base_url = options.base_url,
      .resubmit_doubtful = options.resubmit_doubtful,
      .hosting = options.hosting};
  remote::RemoteStager stager(
      vendor, remote::MakeClient(vendor, remote), remote);
  BatchPlan plan;
  plan.jobs = std::move(jobs);
  plan.jobs_of_all_shards = static_cast<int>(plan.jobs.size());
  BatchOptions batch;
  batch.stage_version = Version();
  return RunBatch(plan, stager, batch, progress);
}

}  // namespace

ExitCode FetchRemoteJobs(const std::vector<StagingJob>& jobs,
                         const FetchOptions& options) {
  std::map<std::string, std::vector<StagingJob>> by_backend;
  for (const StagingJob& job : jobs) by_backend[job.backend].push_back(job);
  const std::unique_ptr<Progress> progress =
      MakeProgress({.verbosity = options.general.quiet ? Verbosity::kQuiet
                                                       : Verbosity::kNormal});
  const InterruptGuard interrupt_guard;
  ExitCode code = ExitCode::kOk;
  for (auto& [backend, of_backend] : by_backend) {
    const BatchReport report =
        FetchFrom(backend, std::move(of_backend), options, *progress);
    const ExitCode here = ExitCodeOf(report);
    if (code == ExitCode::kOk) code = here;
    if (report.interrupted) break;
  }
  return code;
}

}  // namespace stage::cli
