#include "cli/make_stager.h"

#include "cli/local_stager.h"
#include "cli/models/inpainting_model.h"
#include "cli/unavailable.h"
#include "core/photographic_wish.h"
#include "core/settings.h"
#include "remote/remote_stager.h"

namespace stage::cli {
namespace {

/// What describes a change in words needs a model that knows words.
void CheckModelForPrompt(const StagingJob& job) {
  try {
    FindModelFor(job, "edit --prompt");
  } catch (const Error& error) {
    const bool whole_photo = job.edit.mask.empty() && job.edit.mask_box.empty();
    if (error.kind() != ErrorKind::kModel || !whole_photo) throw;
    const std::string wish = AdjustmentsForWish(job.edit.prompt);
    throw Error(ErrorKind::kModel,
                std::string(error.what()) +
                    (wish.empty()
                         ? "; brighter, warmer or upright needs none: --adjust "
                           "exposure=+0.3,warm=+10,verticals=auto"
                         : "; this wish needs none: --adjust " + wish));
  }
}

/// The models that --prompt needs know no seasons by name.
[[noreturn]] void RefuseSeason(const StagingJob& job) {
  const std::string remedy = "describe the season with --prompt";
  try {
    FindInpaintingModel("--season " + job.edit.season, job.diffusion);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kModel) throw;
    throw Error(ErrorKind::kModel,
                std::string(error.what()) + ", then " + remedy);
  }
  throw NotInThisVersion(ErrorKind::kModel, "know seasons by name", remedy);
}

void CheckLocalEdit(const StagingJob& job) {
  const EditParameters& edit = job.edit;
  if (!edit.prompt.empty()) {
    CheckModelForPrompt(job);
  } else if (!edit.season.empty()) {
    RefuseSeason(job);
  } else if (!edit.remove && edit.adjust.empty() && edit.daylight.empty() &&
             edit.sky.empty() && edit.material.empty() && edit.object.empty()) {
    throw NotInThisVersion(ErrorKind::kModel,
                           "make this change on this machine",
                           "describe it with 'stage edit --prompt', and "
                           "the part to change with --mask");
  }
}

void CheckLocalDeclutter(const StagingJob& job) {
  const bool has_mask =
      !job.declutter.mask.empty() || !job.declutter.mask_box.empty();
  if (has_mask && !job.declutter.keep.empty()) {
    throw Error(ErrorKind::kUsage,
                "--keep: on this machine exactly what --mask covers is "
                "removed; leave what is to stay out of the mask");
  }
}

void CheckLocalJob(const StagingJob& job) {
  switch (job.operation) {
    case Operation::kGenerate:
      break;
    case Operation::kEdit:
      CheckLocalEdit(job);
      return;
    case Operation::kDeclutter:
      CheckLocalDeclutter(job);
      return;
    case Operation::kUpscale:
      return;
  }
  const GenerateParameters& generate = job.generate;
  const bool has_model = generate.engine == "diffusion";
  if (has_model) FindModelFor(job, "--engine diffusion");
  if (generate.exterior || !generate.sketch.empty()) {
    throw NotInThisVersion(
        ErrorKind::kModel,
        generate.exterior ? "restyle exteriors on this machine"
                          : "render sketches on this machine",
        "give it photos of empty rooms, without --exterior and --sketch");
  }
  if (!generate.mask.empty()) {
    throw NotInThisVersion(ErrorKind::kModel,
                           "build rooms into a mask on this machine",
                           "leave --mask out");
  }
  if (!has_model && !generate.furniture.empty()) {
    throw NotInThisVersion(ErrorKind::kModel,
                           "follow pictures of furniture without a diffusion "
                           "model",
                           "add --engine diffusion, or models of the pieces "
                           "with --catalog");
  }
  if (!has_model &&
      (!generate.prompt.empty() || !generate.negative_prompt.empty())) {
    throw NotInThisVersion(
        ErrorKind::kModel,
        "understand prompts without a diffusion model",
        "add --engine diffusion, or say it with --room, --style, --budget, "
        "--room-size and --catalog");
  }
}

remote::RemoteOptions RemoteOptionsOf(const PhotoOptions& options) {
  return {.renders_at_once = options.jobs,
          .has_budget = options.max_credits.has_value(),
          .config = options.general.config.empty() ? DefaultConfigFile()
                                                   : options.general.config,
          .base_url = options.base_url,
          .wait = options.wait,
          .resubmit_doubtful = options.resubmit_doubtful,
          .hosting = {.url_prefix = options.url_prefix,
                      .upload_command = options.upload_command},
          .must_host = true,
          .webhook_url = options.webhook_url};
}

}  // namespace

void CheckAvailable(const BatchPlan& plan) {
  for (const StagingJob& job : plan.jobs) {
    if (job.backend == "local") CheckLocalJob(job);
  }
}

std::unique_ptr<Stager> MakePlanningStager(const PhotoOptions& options) {
  if (options.backend == "local") return nullptr;
  return std::make_unique<remote::RemoteStager>(
      remote::FindVendor(options.backend), nullptr, RemoteOptionsOf(options));
}

std::unique_ptr<Stager> MakeStager(const PhotoOptions& options,
                                   const BatchPlan& plan) {
  if (options.backend != "local") {
    const remote::Vendor& vendor = remote::FindVendor(options.backend);
    const remote::RemoteOptions remote = RemoteOptionsOf(options);
    return std::make_unique<remote::RemoteStager>(
        vendor, remote::MakeClient(vendor, remote), remote);
  }
  return MakeLocalStager(plan, options);
}

}  // namespace stage::cli
