#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/fetch_jobs.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "core/batch_status.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

struct StatusOptions {
  GeneralOptions general;
  std::string folder = ".";
  bool wait = false;
  FetchOptions fetch;
};

std::string Text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void PrintFailures(const BatchStatus& status) {
  for (const JobRecord& job : status.jobs) {
    if (job.state != JobState::kFailed) continue;
    const auto error = job.json.find("error");
    std::cout << "  " << Printable(Utf8Path(job.input.filename())) << ": "
              << (error != job.json.end() && error->contains("message")
                      ? Printable(Text((*error)["message"]))
                      : "failed")
              << '\n';
  }
}

void PrintStatus(const BatchStatus& status, const GeneralOptions& general) {
  std::cout << Utf8Path(status.folder) << '\n';
  for (const auto& [state, count] : status.states) {
    if (count > 0) std::cout << "  " << state << ": " << count << '\n';
  }
  if (status.missing_results > 0) {
    std::cout << "  results gone from disk: " << status.missing_results << '\n';
  }
  if (status.pending > 0) {
    std::cout << "  to be fetched from a vendor: " << status.pending << '\n';
  }
  if (status.doubtful > 0) {
    std::cout << "  sent to a vendor, outcome unknown: " << status.doubtful
              << '\n';
  }
  for (const auto& [backend, credits] : status.credits_by_backend) {
    std::cout << "  credits charged by " << backend << ": " << credits << '\n';
  }
  if (status.running_pid > 0) {
    std::cout << "  at work: process " << status.running_pid << '\n';
  }
  if (!status.last_at.empty()) {
    std::cout << "  last change: " << status.last_at << '\n';
  }
  if (!general.quiet) PrintFailures(status);
}

void Print(const BatchStatus& status, const StatusOptions& options) {
  if (options.general.json) {
    std::cout << BatchStatusJson(status).dump() << '\n';
  } else {
    PrintStatus(status, options.general);
  }
}

ExitCode Status(const StatusOptions& options) {
  const BatchStatus status = ReadBatchStatus(options.folder);
  if (!options.wait) {
    Print(status, options);
    return ExitCode::kOk;
  }
  const ExitCode code =
      FetchRemoteJobs(UnfinishedRemoteJobs(status), options.fetch);
  Print(ReadBatchStatus(options.folder), options);
  return code;
}

}  // namespace

void AddStatusCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App& command = *application.add_subcommand(
      "status", "Show what a batch did, is doing and still owes");
  command
      .add_option("FOLDER|MANIFEST",
                  options->folder,
                  "Folder with results, the photos' folder with 'staged' in "
                  "it, or a manifest.jsonl")
      ->type_name("")
      ->capture_default_str();
  AddFlag(command,
          "--wait",
          options->wait,
          "Poll vendors until every remote job is finished, and fetch the "
          "results");
  AddFlag(command,
          "--resubmit-doubtful",
          options->fetch.resubmit_doubtful,
          "With --wait: order again what a vendor may have taken, and charged, "
          "but cannot be asked about");
  AddText(command,
          "--base-url",
          options->fetch.base_url,
          "URL",
          "With --wait: another address of the vendor's API, such as a proxy");
  AddText(command,
          "--url-prefix",
          options->fetch.hosting.url_prefix,
          "URL",
          "With --wait, as it was ordered with: where the photos' folder is "
          "on the web");
  AddText(command,
          "--upload-command",
          options->fetch.hosting.upload_command,
          "COMMAND",
          "With --wait, as it was ordered with: puts a file on the web");
  AddGeneralOptions(command, options->general);
  command.callback([options, &context] {
    options->fetch.general = options->general;
    context.exit_code = Status(*options);
  });
}

}  // namespace stage::cli
