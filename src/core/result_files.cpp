#include "core/result_files.h"

#include "core/atomic_file.h"
#include "core/captions_csv.h"
#include "core/digest.h"
#include "core/disclosure.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

/// `kitchen-labelled.jpg` beside `kitchen.jpg` becomes `hall-labelled.jpg`
/// beside `hall.jpg`.
fs::path RenamedCompanion(const fs::path& companion,
                          const fs::path& from,
                          const fs::path& to) {
  std::string name = companion.filename().string();
  const std::string stem = from.stem().string();
  if (name.starts_with(stem)) {
    name = to.stem().string() + name.substr(stem.size());
  }
  return to.parent_path() / name;
}

fs::path EarlierName(const fs::path& folder,
                     const fs::path& result,
                     const std::string& sha256) {
  const std::string name = result.stem().string() + "-" + sha256.substr(0, 8) +
                           result.extension().string();
  return folder / "earlier" / result.parent_path().lexically_relative(folder) /
         name;
}

}  // namespace

void RequireFiles(const StagingJob& job, StageResult& result) {
  const size_t needed = result.partial ? 1 : job.outputs.size();
  if (result.outputs.size() < needed) {
    throw Error(ErrorKind::kUnexpected,
                Utf8Path(job.input) + ": " +
                    std::to_string(result.outputs.size()) + " of " +
                    std::to_string(job.outputs.size()) + " results were made");
  }
  for (StagedFile& file : result.outputs) {
    std::error_code failure;
    if (fs::file_size(file.path, failure) == 0 || failure) {
      throw Error(ErrorKind::kUnexpected,
                  Utf8Path(file.path) + ": the result is missing or empty");
    }
    if (file.sha256.empty()) file.sha256 = Sha256OfFile(file.path);
  }
}

std::vector<StagedFile> CopyResults(const std::vector<StagedFile>& results,
                                    const std::vector<fs::path>& names) {
  std::vector<StagedFile> copies;
  for (size_t i = 0; i < results.size() && i < names.size(); ++i) {
    StagedFile copy = results[i];
    copy.path = names[i];
    if (copy.path != results[i].path) {
      CopyFileAtomically(results[i].path, copy.path);
      CopyCaption(results[i].path, copy.path);
    }
    copy.companions.clear();
    for (const fs::path& companion : results[i].companions) {
      const fs::path name =
          RenamedCompanion(companion, results[i].path, copy.path);
      if (fs::exists(companion) && name != companion) {
        CopyFileAtomically(companion, name);
        CopyCaption(companion, name);
      }
      copy.companions.push_back(name);
    }
    copies.push_back(std::move(copy));
  }
  return copies;
}

void MoveToRejected(const fs::path& output_folder,
                    const std::vector<StagedFile>& results) {
  for (const StagedFile& file : results) {
    std::vector<fs::path> paths = file.companions;
    paths.push_back(file.path);
    for (const fs::path& path : paths) {
      RemoveCaptions(CaptionsPath(path), {path.filename().string()});
      const fs::path target =
          output_folder / "rejected" / path.lexically_relative(output_folder);
      std::error_code failure;
      fs::create_directories(target.parent_path(), failure);
      fs::rename(path, target, failure);
    }
  }
}

void KeepEarlierResults(Manifest& manifest,
                        const StagingJob& job,
                        Progress& progress) {
  for (const fs::path& path : job.outputs) {
    if (!fs::exists(path)) continue;
    const std::optional<JobRecord> finished = manifest.FinishedWith(path);
    if (!finished) continue;  // a killed run's, never recorded
    const std::string sha256 = Sha256OfFile(path);
    JobRecord kept = *finished;
    bool intact = false;
    const fs::path earlier = EarlierName(manifest.folder(), path, sha256);
    for (StagedFile& file : kept.outputs) {
      if (file.path != path) continue;
      intact = file.sha256 == sha256;
      file.path = earlier;
      file.companions.clear();
    }
    const bool free_again =
        intact && (kept.json.value("backend", "") == "local");
    if (free_again) continue;
    if (!fs::exists(earlier)) CopyFileAtomically(path, earlier);
    if (!intact) {
      progress.Note(NoteLevel::kWarning,
                    Utf8Path(path) + ": changed since it was made; kept as " +
                        Utf8Path(earlier));
    } else if (kept.job != job.id) {
      nlohmann::json record = kept.json;
      record["outputs"] = OutputsJson(manifest.folder(), kept.outputs);
      manifest.Append({record});
    }
  }
}

}  // namespace stage
