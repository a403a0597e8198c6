#include "core/batch_status.h"

#include "core/error.h"
#include "core/manifest_file.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path FolderOf(const fs::path& given) {
  if (given.filename() == "manifest.jsonl") {
    return fs::absolute(given).lexically_normal().parent_path();
  }
  for (const fs::path& folder : {given, given / "staged"}) {
    if (HasManifest(folder)) return fs::absolute(folder).lexically_normal();
  }
  throw Error(ErrorKind::kUsage,
              Utf8Path(given) +
                  ": no manifest.jsonl here or in staged/; name the --output "
                  "folder of a batch");
}

/// Charges of one job: each order that a vendor took counts once.
class CreditSum {
 public:
  void Add(const json& record) {
    if (!record.contains("credits") || !record["credits"].is_number()) return;
    const json remote = record.value("remote", json::object());
    const std::string order =
        remote.is_object() ? remote.value("id", json()).dump() : "";
    credits_[{record.value("job", ""), order}] = {
        record.value("backend", ""), record["credits"].get<double>()};
  }
  void WriteTo(BatchStatus& status) const {
    for (const auto& [order, charge] : credits_) {
      status.credits += charge.second;
      status.credits_by_backend[charge.first] += charge.second;
    }
  }

 private:
  std::map<std::pair<std::string, std::string>, std::pair<std::string, double>>
      credits_;
};

bool ResultIsMissing(const JobRecord& record) {
  for (const StagedFile& file : record.outputs) {
    std::error_code failure;
    if (!fs::is_regular_file(file.path, failure)) return true;
  }
  return false;
}

}  // namespace

BatchStatus ReadBatchStatus(const fs::path& folder_or_manifest) {
  BatchStatus status;
  status.folder = FolderOf(folder_or_manifest);
  ManifestState state(status.folder);
  CreditSum credits;
  const fs::path file = ManifestPath(status.folder);
  for (const json& record : ReadManifestLines(file).records) {
    state.Add(record);
    if (record["record"] == "job") credits.Add(record);
    const std::string at = record.value("at", "");
    if (status.first_at.empty()) status.first_at = at;
    if (!at.empty()) status.last_at = at;
  }
  credits.WriteTo(status);
  status.running_pid = LockHolder(file);
  for (const JobRecord* record : state.jobs()) {
    ++status.states[std::string(JobStateName(record->state))];
    if (record->state == JobState::kSubmitting) ++status.doubtful;
    if (record->state == JobState::kSubmitted ||
        record->state == JobState::kFetching) {
      ++status.pending;
    }
    if (record->state == JobState::kDone) {
      if (ResultIsMissing(*record)) ++status.missing_results;
      if (record->json.contains("seconds") &&
          record->json["seconds"].is_number()) {
        status.seconds += record->json["seconds"].get<double>();
      }
    }
    status.jobs.push_back(*record);
  }
  return status;
}

json BatchStatusJson(const BatchStatus& status) {
  json jobs = json::array();
  for (const JobRecord& record : status.jobs) jobs.push_back(record.json);
  json result = {{"folder", Utf8Path(status.folder)},
                 {"states", status.states},
                 {"missing_results", status.missing_results},
                 {"pending", status.pending},
                 {"doubtful", status.doubtful},
                 {"credits", status.credits},
                 {"credits_by_backend", status.credits_by_backend},
                 {"seconds", status.seconds},
                 {"first_at", status.first_at},
                 {"last_at", status.last_at},
                 {"jobs", std::move(jobs)}};
  if (status.running_pid > 0) result["running_pid"] = status.running_pid;
  return result;
}

std::vector<StagingJob> UnfinishedRemoteJobs(const BatchStatus& status) {
  std::vector<StagingJob> jobs;
  for (const JobRecord& record : status.jobs) {
    if (!record.paid_or_underway()) continue;
    StagingJob job;
    job.id = record.job;
    job.input = record.input;
    job.input_sha256 = record.json.value("input_sha256", "");
    job.operation = ParseOperation(record.json.value("operation", "generate"));
    job.backend = record.json.value("backend", "");
    SetParameters(record.json.value("parameters", json::object()), job);
    job.output_folder = status.folder;
    for (const StagedFile& file : record.outputs) {
      job.outputs.push_back(file.path);
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

}  // namespace stage
