#include "cli/photo_command.h"

#include <algorithm>

#include "cli/batch_output.h"
#include "cli/diffusion_jobs.h"
#include "cli/diffusion_module.h"
#include "cli/log_guard.h"
#include "cli/make_stager.h"
#include "cli/preset_names.h"
#include "core/batch.h"
#include "core/batch_plan.h"
#include "core/disclosure.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/shard.h"
#include "core/version.h"

namespace stage::cli {
namespace {

BatchRequest MakeRequest(const PhotoOptions& options, StagingJob job) {
  BatchRequest request;
  request.inputs.paths = {options.photos.begin(), options.photos.end()};
  request.inputs.recursive = options.recursive;
  request.inputs.include = options.include;
  request.inputs.exclude = options.exclude;
  request.output = options.output;
  request.jobs_file = options.jobs_file;
  request.shard = options.shard.empty()
                      ? ShardFromScheduler()
                      : std::optional<Shard>(ParseShard(options.shard));
  job.backend = options.backend;
  job.variants = options.variants;
  job.seed = options.seed;
  job.output = options.result;
  if (!options.disclose.empty()) job.output.disclose = options.disclose;
  job.output.keep_gps = !options.strip_gps;
  for (const std::string& setting : options.vendor_settings) {
    const size_t equals = setting.find('=');
    job.vendor_options[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  job.diffusion = ParametersOf(options.model);
  request.common = std::move(job);
  request.settle = [&options](StagingJob& settled) {
    SettleLocalJob(options, settled);
  };
  return request;
}

BatchOptions MakeBatchOptions(const PhotoOptions& options,
                              const BatchPlan& plan) {
  BatchOptions batch;
  // A vendor's stager keeps to --jobs itself, with photos ahead of them.
  if (options.jobs > 0 && options.backend == "local") {
    batch.jobs_in_flight = options.jobs;
  }
  batch.resume = options.resume ? ResumeMode::kResume : ResumeMode::kRestart;
  batch.retries = options.retries;
  batch.timeout_s = JobTimeout(options, plan.jobs);
  batch.max_credits = options.max_credits;
  batch.stage_version = Version();
  return batch;
}

/// What the disclosure rules asked for leave to the person who publishes.
void TellDuties(const PhotoOptions& options,
                const BatchReport& report,
                Progress& progress) {
  if (report.Count(OutcomeKind::kDone) == 0) return;
  for (const DisclosureRule& rule : InstalledDisclosureRules()) {
    const auto& words = options.disclose;
    if (std::find(words.begin(), words.end(), rule.name) == words.end()) {
      continue;
    }
    for (const std::string& duty : rule.duties) {
      progress.Note(NoteLevel::kWarning, rule.name + " asks of you: " + duty);
    }
  }
}

}  // namespace

ExitCode RunPhotoCommand(const PhotoOptions& options, StagingJob job) {
  CheckPhotoOptions(options);
  UsePresetsFolder(options.presets_dir);
  CheckDisclosureWords(options.disclose, InstalledDisclosureRules());
  if (job.operation == Operation::kGenerate) CheckPresetNames(job.generate);
  if (options.backend == "local" &&
      (CudaDeviceNamed(options.device) || options.model.precision == "fp16")) {
    CheckDevice(options.device, options.model.precision, CudaDeviceCount());
  }
  const BatchRequest request = MakeRequest(options, std::move(job));
  if (options.jobs_file.empty()) {
    // What is wrong with all of them is told at once.
    StagingJob any = request.common;
    SettleLocalJob(options, any);
  }
  const BatchPlan plan = PlanBatch(request);
  const ResumeMode resume =
      options.resume ? ResumeMode::kResume : ResumeMode::kRestart;
  if (options.dry_run) {
    const std::unique_ptr<Stager> estimator = MakePlanningStager(options);
    if (estimator) {
      for (const StagingJob& planned : plan.jobs) estimator->CheckJob(planned);
    }
    PrintPlan(PlanJson(plan, resume, estimator.get()), options.general);
    return plan.unplanned.empty() ? ExitCode::kOk : ExitCode::kSomePhotosFailed;
  }
  CheckAvailable(plan);

  const std::unique_ptr<Progress> progress = MakeProgress(
      {ParseProgressMode(options.progress), VerbosityOf(options.general)});
  const LogGuard log_guard(options.general, *progress);
  const InterruptGuard interrupt_guard;

  const std::unique_ptr<Stager> stager = MakeStager(options, plan);
  BatchOutput output(options.general, *progress);
  BatchOptions batch = MakeBatchOptions(options, plan);
  batch.on_record = [&](const StagingJob& done, const nlohmann::json& record) {
    output.JobEnded(done, record);
  };
  const BatchReport report = RunBatch(plan, *stager, batch, *progress);
  output.BatchEnded(report);
  TellDuties(options, report, *progress);
  return ExitCodeOf(report);
}

}  // namespace stage::cli
