#include "core/weights/model_store.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/atomic_file.h"
#include "core/byte_text.h"
#include "core/file_lock.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto kPulledFiles = ".stage-pulled.json";

bool IsThere(const fs::path& file) {
  std::error_code problem;
  return fs::is_regular_file(file, problem) &&
         fs::file_size(file, problem) > 0 && !problem;
}

std::optional<InstalledModel> InstalledIn(const ModelEntry& model,
                                          const fs::path& folder) {
  InstalledModel installed{.folder = folder,
                           .files = FilesThere(model, folder)};
  if (installed.files.empty()) return std::nullopt;
  for (const std::string& file : installed.files) {
    installed.bytes += static_cast<int64_t>(fs::file_size(folder / file));
  }
  return installed;
}

/// The names of files that other installed models of the repository need.
std::set<std::string> NeededByOthers(const ModelEntry& model,
                                     const ModelRegistry& registry,
                                     const ModelFolders& folders) {
  std::set<std::string> names;
  for (const ModelEntry& other : registry.entries()) {
    if (other.name == model.name || other.repository != model.repository) {
      continue;
    }
    if (const auto installed = FindInstalled(other, folders)) {
      names.insert(installed->files.begin(), installed->files.end());
    }
  }
  return names;
}

void Delete(const fs::path& path) {
  std::error_code problem;
  fs::remove(path, problem);
  if (problem) throw DiskError(path, "deleted", problem.value());
}

/// Deletes a file's folders up to `top` as long as they are empty.
void DeleteEmptyFolders(fs::path folder, const fs::path& top) {
  std::error_code problem;
  while (folder != top && fs::is_empty(folder, problem) && !problem) {
    fs::remove(folder, problem);
    folder = folder.parent_path();
  }
}

/// The ids that snapshots of the repository still link to.
std::set<std::string> BlobsInUse(const HubRepository& repository) {
  std::set<std::string> ids;
  for (const std::string& commit : repository.Commits()) {
    std::error_code problem;
    for (const auto& entry : fs::recursive_directory_iterator(
             repository.Snapshot(commit), problem)) {
      if (entry.is_symlink()) ids.insert(repository.BlobOf(entry.path()));
    }
  }
  return ids;
}

/// The ids of blobs that are fetched in part.
std::vector<std::string> BegunBlobs(const HubRepository& repository) {
  std::vector<std::string> ids;
  std::error_code problem;
  for (const auto& entry :
       fs::directory_iterator(repository.folder() / "blobs", problem)) {
    if (entry.path().extension() == ".incomplete" &&
        IsContentId(entry.path().stem().string())) {
      ids.push_back(entry.path().stem());
    }
  }
  return ids;
}

/// @return bytes that became free
int64_t DeleteBlob(const HubRepository& repository, const std::string& id) {
  const auto lock = FileLock::Try(repository.Lock(id));
  if (!lock) {
    throw Error(ErrorKind::kDisk,
                Utf8Path(repository.Blob(id)) +
                    ": another program is fetching it; wait for it");
  }
  int64_t bytes = 0;
  for (const fs::path& file :
       {repository.Blob(id), repository.Incomplete(id)}) {
    bytes += FileBytes(file);
    Delete(file);
  }
  return bytes;
}

std::optional<int64_t> RemoveFromHub(const ModelEntry& model,
                                     const ModelRegistry& registry,
                                     const ModelFolders& folders) {
  const HubRepository repository(folders.hub_cache, model.repository);
  const std::set<std::string> needed = NeededByOthers(model, registry, folders);
  std::set<std::string> ids;
  bool any = false;
  for (const std::string& commit : repository.Commits()) {
    for (const ModelFile& file : model.files) {
      for (const std::string& name : file.names) {
        const fs::path path = repository.Snapshot(commit) / name;
        std::error_code problem;
        if (needed.contains(name) ||
            !fs::exists(fs::symlink_status(path, problem))) {
          continue;
        }
        any = true;
        if (const std::string id = repository.BlobOf(path); !id.empty()) {
          ids.insert(id);
        }
        Delete(path);
        DeleteEmptyFolders(path.parent_path(), repository.folder());
      }
    }
  }
  for (const std::string& id : BlobsInUse(repository)) ids.erase(id);
  if (repository.Commits().empty()) {
    // What was begun and never finished is of this model too.
    for (const std::string& id : BegunBlobs(repository)) ids.insert(id);
  }
  if (!any && ids.empty()) return std::nullopt;
  int64_t bytes = 0;
  for (const std::string& id : ids) bytes += DeleteBlob(repository, id);
  if (repository.Commits().empty()) {
    std::error_code ignored;
    fs::remove_all(repository.folder() / "refs", ignored);
    DeleteEmptyFolders(repository.folder() / "blobs", folders.hub_cache);
  }
  return bytes;
}

std::optional<int64_t> RemoveOwn(const ModelEntry& model,
                                 const ModelFolders& folders) {
  const fs::path folder = folders.own / model.name;
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) return std::nullopt;
  const auto lock = FileLock::Try(folders.own / (model.name + ".lock"));
  if (!lock) {
    throw Error(
        ErrorKind::kDisk,
        Utf8Path(folder) + ": another program is fetching it; wait for it");
  }
  int64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder, problem)) {
    if (!entry.is_symlink()) bytes += FileBytes(entry.path());
  }
  fs::remove_all(folder, problem);
  if (problem) throw DiskError(folder, "deleted", problem.value());
  return bytes;
}

}  // namespace

ModelFolders FindModelFolders(const EnvironmentLookup& environment) {
  ModelFolders folders{.hub_cache = HubCacheFolder(environment)};
  const fs::path data = environment("XDG_DATA_HOME").value_or("");
  if (const auto named = environment("STAGE_MODELS_DIR").value_or("");
      !named.empty()) {
    folders.own = named;
  } else if (data.is_absolute()) {
    folders.own = data / "stage" / "models";
  } else if (const auto home = environment("HOME").value_or("");
             !home.empty()) {
    folders.own = fs::path(home) / ".local" / "share" / "stage" / "models";
  } else {
    throw Error(ErrorKind::kUsage,
                "no folder for models: set STAGE_MODELS_DIR or HOME");
  }
  return folders;
}

std::vector<std::string> FilesThere(const ModelEntry& model,
                                    const fs::path& folder) {
  std::vector<std::string> there;
  for (const ModelFile& file : model.files) {
    const auto name = std::find_if(
        file.names.begin(), file.names.end(), [&](const std::string& name) {
          return IsThere(folder / name);
        });
    if (name == file.names.end()) return {};
    there.push_back(*name);
  }
  return there;
}

std::optional<InstalledModel> FindInstalled(const ModelEntry& model,
                                            const ModelFolders& folders) {
  if (model.repository.empty()) {
    return InstalledIn(model, folders.own / model.name);
  }
  const HubRepository repository(folders.hub_cache, model.repository);
  std::vector<std::string> commits = repository.Commits();
  if (const auto named = repository.CommitOf(model.revision)) {
    commits.insert(commits.begin(), *named);
  }
  for (const std::string& commit : commits) {
    if (auto installed = InstalledIn(model, repository.Snapshot(commit))) {
      installed->commit = commit;
      return installed;
    }
  }
  return std::nullopt;
}

std::vector<PulledFile> ReadPulledFiles(const fs::path& folder) {
  std::vector<PulledFile> files;
  std::ifstream stream(folder / kPulledFiles);
  const json document = json::parse(stream, nullptr, false);
  if (!document.is_array()) return files;
  for (const json& item : document) {
    if (!item.is_object()) continue;
    PulledFile file;
    file.name = item.value("name", "");
    file.url = item.value("url", "");
    file.identity = {item.value("sha256", ""),
                     item.value("bytes", int64_t{-1})};
    files.push_back(std::move(file));
  }
  return files;
}

void WritePulledFiles(const fs::path& folder,
                      const std::vector<PulledFile>& files) {
  json document = json::array();
  for (const PulledFile& file : files) {
    document.push_back({{"name", file.name},
                        {"url", file.url},
                        {"sha256", file.identity.id},
                        {"bytes", file.identity.bytes}});
  }
  WriteFileAtomically(folder / kPulledFiles, document.dump(2) + "\n");
}

std::optional<std::string> ExpectedCommit(const ModelEntry& model,
                                          const ModelFolders& folders) {
  if (model.repository.empty()) return std::nullopt;
  if (IsCommit(model.revision)) return model.revision;
  return HubRepository(folders.hub_cache, model.repository)
      .CommitOf(model.revision);
}

ModelCheck CheckModel(const ModelEntry& model,
                      const InstalledModel& installed,
                      const ModelFolders& folders) {
  std::vector<PulledFile> pulled;
  std::optional<HubRepository> repository;
  if (model.repository.empty()) {
    pulled = ReadPulledFiles(installed.folder);
  } else {
    repository.emplace(folders.hub_cache, model.repository);
  }
  ModelCheck check;
  const auto expected = ExpectedCommit(model, folders);
  if (expected && *expected != installed.commit) {
    check.expected_commit = *expected;
  }
  for (size_t i = 0; i < installed.files.size(); ++i) {
    const std::string& name = installed.files[i];
    const fs::path path = installed.folder / name;
    FileIdentity identity;
    if (repository) identity.id = repository->BlobOf(path);
    for (const PulledFile& file : pulled) {
      if (file.name == name) identity = file.identity;
    }
    // The registry's digest is of its first choice of file.
    if (name == model.files[i].names.front() &&
        !model.files[i].sha256.empty()) {
      identity.id = model.files[i].sha256;
    }
    const std::string deviation = Deviation(path, identity);
    if (!deviation.empty()) {
      check.deviating.push_back(name + " " + deviation);
    } else {
      (identity.id.empty() ? check.unknown : check.right).push_back(name);
    }
  }
  return check;
}

std::optional<int64_t> RemoveModel(const ModelEntry& model,
                                   const ModelRegistry& registry,
                                   const ModelFolders& folders) {
  return model.repository.empty() ? RemoveOwn(model, folders)
                                  : RemoveFromHub(model, registry, folders);
}

Error MissingModel(const std::string& purpose, const ModelEntry& model) {
  return MissingModels(purpose, {&model});
}

Error MissingModels(const std::string& purpose,
                    const std::vector<const ModelEntry*>& models) {
  std::string named, pulled, licence;
  int64_t bytes = 0;
  for (const ModelEntry* model : models) {
    named += (named.empty() ? "" : " and ") + model->name;
    pulled += " " + model->name;
    bytes += model->bytes;
    if (licence.find(model->license) == std::string::npos) {
      licence += (licence.empty() ? "" : " and ") + model->license;
    }
  }
  return Error(ErrorKind::kModel,
               purpose + " needs the model" + (models.size() > 1 ? "s " : " ") +
                   named + ", which " + (models.size() > 1 ? "are" : "is") +
                   " not installed: run 'stage models pull" + pulled + "' (" +
                   ByteText(bytes) + ", licence " + licence + ")");
}

}  // namespace stage
