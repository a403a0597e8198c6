#include "core/batch_manifests.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/manifest_file.h"
#include "core/shard.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json BatchRecord(const BatchPlan& plan,
                 const fs::path& folder,
                 const std::string& stage_version) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  const auto jobs = std::count_if(
      plan.jobs.begin(), plan.jobs.end(), [&](const StagingJob& job) {
        return job.output_folder == folder;
      });
  json record = {{"record", "batch"},
                 {"schema", kManifestSchema},
                 {"stage", stage_version},
                 {"jobs", jobs},
                 {"pid", getpid()},
                 {"host", ValidUtf8(host)}};
  if (plan.shard) record["shard"] = ShardText(*plan.shard);
  return record;
}

}  // namespace

void BatchManifests::Open(const BatchPlan& plan, Progress& progress) {
  shared_ = plan.shard && plan.shard->count > 1;
  for (const StagingJob& job : plan.jobs) {
    auto& manifest = manifests_[job.output_folder];
    if (manifest) continue;
    manifest = std::make_unique<Manifest>(
        job.output_folder,
        shared_ ? ManifestSharing::kShards : ManifestSharing::kAlone);
    if (manifest->damaged_lines() > 0) {
      progress.Note(NoteLevel::kWarning,
                    Utf8Path(ManifestPath(job.output_folder)) + ": " +
                        std::to_string(manifest->damaged_lines()) +
                        " damaged line(s) are left out");
    }
  }
}

void BatchManifests::AppendPlan(const BatchPlan& plan,
                                const std::string& stage_version,
                                std::map<fs::path, std::vector<json>> records) {
  for (auto& [folder, manifest] : manifests_) {
    std::vector<json>& lines = records[folder];
    lines.insert(lines.begin(), BatchRecord(plan, folder, stage_version));
    manifest->Append(std::move(lines));
  }
}

}  // namespace stage
