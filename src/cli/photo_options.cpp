#include "cli/photo_options.h"

#include "cli/diffusion_jobs.h"
#include "cli/option_kinds.h"
#include "core/error.h"

namespace stage::cli {
namespace {

void AddInputOptions(CLI::App& command, PhotoOptions& options) {
  constexpr auto kGroup = "Photos";
  AddArguments(command,
               "PHOTO|FOLDER",
               options.photos,
               "Photos (JPEG, PNG, WebP, TIFF, HEIC) and folders of photos");
  AddFlag(command,
          "-r,--recursive",
          options.recursive,
          "Also take photos in subfolders; results keep the subfolders")
      ->group(kGroup);
  AddTexts(command,
           "--include",
           options.include,
           "GLOB",
           "Only files whose name or path in the folder matches, such as "
           "'*-empty.jpg'; repeatable")
      ->group(kGroup);
  AddTexts(command,
           "--exclude",
           options.exclude,
           "GLOB",
           "Leave out files that match; repeatable")
      ->group(kGroup);
  AddPath(command,
          "--jobs-file",
          options.jobs_file,
          "FILE",
          "Read jobs from a CSV or JSON file: one row a photo with the columns "
          "file, operation, room, style, prompt, mask, ...")
      ->group(kGroup);
  AddText(command,
          "--shard",
          options.shard,
          "K/N",
          "Do every N-th job only, beginning with the K-th (K from 1 to N); "
          "also read from the variables of Slurm, Kubernetes and AWS Batch "
          "array jobs")
      ->group(kGroup);
}

void AddResultOptions(CLI::App& command, PhotoOptions& options) {
  constexpr auto kGroup = "Results";
  AddPath(command,
          "-o,--output",
          options.output,
          "DIR",
          "Folder for results, manifest and report")
      ->default_str("'staged' in the photo's folder")
      ->group(kGroup);
  AddInteger(command,
             "--variants",
             options.variants,
             {1, 20},
             "Results a photo: kitchen.jpg, kitchen-2.jpg, ...")
      ->group(kGroup);
  AddSeed(command,
          "--seed",
          options.seed,
          "The local engine makes the same picture from the same seed")
      ->group(kGroup);
  AddWord(command,
          "--format",
          options.result.format,
          {"keep", "jpeg", "png", "webp", "tiff"},
          "format",
          "File format of the results")
      ->group(kGroup);
  AddInteger(command,
             "--quality",
             options.result.quality,
             {1, 100},
             "JPEG and WebP quality")
      ->default_str("that of the photo")
      ->group(kGroup);
  AddInteger(command,
             "--long-edge",
             options.result.long_edge_px,
             {64, 30000},
             "Reduce results to this long edge, in pixels")
      ->group(kGroup);
  AddBytes(command,
           "--max-bytes",
           options.result.max_bytes,
           "Lower the quality, only as far as needed, until a result is no "
           "larger than this (3000000, 3000k or 3M)")
      ->group(kGroup);
  AddTexts(command,
           "--disclose",
           options.disclose,
           "KIND",
           "How results say that they were altered: none, metadata, label, "
           "caption, pair, or a rule set such as california-ab723; repeatable")
      ->default_str("metadata")
      ->group(kGroup);
  AddFlag(command,
          "--strip-gps",
          options.strip_gps,
          "Leave the GPS position out of the results' metadata")
      ->group(kGroup);
}

void AddBatchOptions(CLI::App& command, PhotoOptions& options) {
  constexpr auto kGroup = "Batch";
  AddFlag(command,
          "-n,--dry-run",
          options.dry_run,
          "Print the plan (jobs, parameters, estimated credits) and touch "
          "nothing")
      ->group(kGroup);
  AddFlag(command,
          "--resume,!--restart",
          options.resume,
          "Skip finished jobs and fetch paid ones (default), or do all again")
      ->group(kGroup);
  AddInteger(command,
             "-j,--jobs",
             options.jobs,
             {0, 256},
             "Photos in flight; 0: what suits the backend")
      ->group(kGroup);
  AddInteger(command,
             "--retries",
             options.retries,
             {0, 20},
             "Further attempts at a job whose failure may pass")
      ->group(kGroup);
  AddInteger(command,
             "--timeout",
             options.timeout_s,
             {1, 86400},
             "Seconds a job may take")
      ->default_str("900; no limit for a diffusion model on this machine")
      ->group(kGroup);
  AddNumber(command,
            "--max-credits",
            options.max_credits,
            {0, 1e9},
            "Stop before more than this many vendor credits are spent")
      ->group(kGroup);
  AddFlag(command,
          "--wait,!--no-wait",
          options.wait,
          "Wait for remote results (default), or submit and leave: 'stage "
          "status --wait' fetches them later")
      ->group(kGroup);
  AddFlag(command,
          "--resubmit-doubtful",
          options.resubmit_doubtful,
          "Order again what a vendor may have taken, and charged, but cannot "
          "be asked about")
      ->group(kGroup);
  AddWord(command,
          "--progress",
          options.progress,
          {"auto", "plain", "json", "none"},
          "progress form",
          "Progress on stderr; auto: live on a terminal, else plain lines")
      ->group(kGroup);
}

void AddBackendOptions(CLI::App& command, PhotoOptions& options) {
  constexpr auto kGroup = "Backend";
  AddWord(command,
          "-b,--backend",
          options.backend,
          BackendNames(),
          "backend",
          "Who does the work: this machine, or a vendor")
      ->group(kGroup);
  AddText(command,
          "--base-url",
          options.base_url,
          "URL",
          "Vendor: another address, such as a proxy")
      ->group(kGroup);
  AddText(command,
          "--url-prefix",
          options.url_prefix,
          "URL",
          "Vendors that fetch pictures themselves: where the folder of the "
          "photos is on the web")
      ->group(kGroup);
  AddText(command,
          "--upload-command",
          options.upload_command,
          "COMMAND",
          "Such vendors: a command that puts a file on the web and prints its "
          "address; the file's path is put behind it")
      ->group(kGroup);
  AddText(command,
          "--webhook-url",
          options.webhook_url,
          "URL",
          "vsai, iacrea, vsart: address to be called when a result is there, "
          "with a word for each order behind it; see 'stage webhook listen'")
      ->group(kGroup);
  AddTexts(command,
           "--set",
           options.vendor_settings,
           "KEY=VALUE",
           "Vendor: pass a parameter through unchanged; repeatable")
      ->group(kGroup);
  AddInteger(command,
             "--threads",
             options.threads,
             {0, 1024},
             "Local: processor threads; 0: all there are. Results do not "
             "depend on it")
      ->group(kGroup);
  AddText(command,
          "--device",
          options.device,
          "DEVICE",
          "Local: auto, cpu, cuda or cuda:N")
      ->group(kGroup);
  AddPath(command,
          "--presets-dir",
          options.presets_dir,
          "DIR",
          "Further styles, rooms and disclosure rules; they replace built-in "
          "ones of the same name")
      ->group(kGroup);
}

}  // namespace

const std::vector<std::string>& BackendNames() {
  static const std::vector<std::string> names = {
      "local", "roomstack", "vsai", "iacrea", "reroom", "vsart"};
  return names;
}

void AddPhotoOptions(CLI::App& command, PhotoOptions& options) {
  AddInputOptions(command, options);
  AddResultOptions(command, options);
  AddBatchOptions(command, options);
  AddBackendOptions(command, options);
  AddLogOptions(command, options.general);
  AddGeneralOptions(command, options.general);
}

void CheckPhotoOptions(const PhotoOptions& options) {
  if (options.photos.empty() && options.jobs_file.empty()) {
    throw Error(ErrorKind::kUsage,
                "no photos given: name photos or folders, or a --jobs-file");
  }
  CudaDeviceNamed(options.device);
  if (options.backend != "local" &&
      ParametersOf(options.model) != DiffusionParameters()) {
    throw Error(ErrorKind::kUsage,
                "--model, --lora, --steps, --guidance, --scheduler, "
                "--strength and --precision are for this machine's models: "
                "leave them out or use --backend local");
  }
  if (options.backend == "local" && !options.base_url.empty()) {
    throw Error(ErrorKind::kUsage,
                "--base-url is for vendors: name one with --backend");
  }
  if (!options.url_prefix.empty() && !options.upload_command.empty()) {
    throw Error(ErrorKind::kUsage,
                "give --url-prefix or --upload-command, not both");
  }
  const bool for_vendors = !options.url_prefix.empty() ||
                           !options.upload_command.empty() ||
                           !options.webhook_url.empty();
  if (options.backend == "local" && for_vendors) {
    throw Error(ErrorKind::kUsage,
                "--url-prefix, --upload-command and --webhook-url are for "
                "vendors: name one with --backend");
  }
  for (const std::string& setting : options.vendor_settings) {
    const size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw Error(ErrorKind::kUsage,
                  "--set " + setting + ": write it as KEY=VALUE");
    }
    if (options.backend == "local") {
      throw Error(ErrorKind::kUsage,
                  "--set is for vendors: name one with --backend");
    }
  }
}

}  // namespace stage::cli
