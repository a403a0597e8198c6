#include "core/weights/hub_cache.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/weights/file_identity.h"
#include "core/weights/model_registry.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

fs::path FolderNamed(const EnvironmentLookup& environment,
                     const std::string& variable) {
  return environment(variable).value_or("");
}

}  // namespace

fs::path HubHome(const EnvironmentLookup& environment) {
  if (const fs::path named = FolderNamed(environment, "HF_HOME");
      !named.empty()) {
    return named;
  }
  if (const fs::path cache = FolderNamed(environment, "XDG_CACHE_HOME");
      cache.is_absolute()) {
    return cache / "huggingface";
  }
  if (const fs::path home = FolderNamed(environment, "HOME"); !home.empty()) {
    return home / ".cache" / "huggingface";
  }
  throw Error(ErrorKind::kUsage,
              "no folder for models: set HF_HOME or HOME to one");
}

fs::path HubCacheFolder(const EnvironmentLookup& environment) {
  for (const char* variable : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (const fs::path named = FolderNamed(environment, variable);
        !named.empty()) {
      return named;
    }
  }
  return HubHome(environment) / "hub";
}

HubRepository::HubRepository(const fs::path& cache, std::string_view name) {
  const size_t slash = name.find('/');
  std::string folder = "models--";
  folder += name.substr(0, slash);
  folder += "--";
  folder += name.substr(slash + 1);
  folder_ = cache / folder;
  locks_ = cache / ".locks" / folder;
}

fs::path HubRepository::Blob(const std::string& id) const {
  return folder_ / "blobs" / id;
}

fs::path HubRepository::Incomplete(const std::string& id) const {
  return folder_ / "blobs" / (id + ".incomplete");
}

fs::path HubRepository::Lock(const std::string& id) const {
  return locks_ / (id + ".lock");
}

fs::path HubRepository::Reference(const std::string& revision) const {
  return folder_ / "refs" / revision;
}

fs::path HubRepository::Snapshot(const std::string& commit) const {
  return folder_ / "snapshots" / commit;
}

std::optional<std::string> HubRepository::CommitOf(
    const std::string& revision) const {
  std::error_code problem;
  if (IsCommit(revision) && fs::is_directory(Snapshot(revision), problem)) {
    return revision;
  }
  std::ifstream stream(Reference(revision));
  std::string commit;
  stream >> commit;
  if (!IsCommit(commit)) return std::nullopt;
  return commit;
}

std::vector<std::string> HubRepository::Commits() const {
  std::vector<std::pair<fs::file_time_type, std::string>> dated;
  std::error_code problem;
  for (const auto& entry :
       fs::directory_iterator(folder_ / "snapshots", problem)) {
    const std::string name = entry.path().filename();
    if (IsCommit(name))
      dated.emplace_back(entry.last_write_time(problem), name);
  }
  std::sort(dated.rbegin(), dated.rend());
  std::vector<std::string> commits;
  for (auto& [time, name] : dated) commits.push_back(std::move(name));
  return commits;
}

void HubRepository::LinkFile(const std::string& commit,
                             const std::string& file,
                             const std::string& id) const {
  const fs::path link = Snapshot(commit) / file;
  const fs::path target = Blob(id).lexically_relative(link.parent_path());
  std::error_code problem;
  if (fs::read_symlink(link, problem) == target) return;
  MakeFolder(link.parent_path());
  const fs::path beside =
      link.parent_path() / (".stage-link-" + std::to_string(getpid()));
  fs::remove(beside, problem);
  fs::create_symlink(target, beside, problem);
  if (problem) throw DiskError(link, "made", problem.value());
  fs::rename(beside, link, problem);
  if (problem) throw DiskError(link, "made", problem.value());
  SyncFolder(link.parent_path());
}

std::string HubRepository::BlobOf(const fs::path& file) const {
  std::error_code problem;
  const fs::path target = fs::read_symlink(file, problem);
  if (problem) return "";
  const fs::path blob = (file.parent_path() / target).lexically_normal();
  const std::string id = blob.filename();
  if (blob.parent_path() != (folder_ / "blobs").lexically_normal() ||
      !IsContentId(id)) {
    return "";
  }
  return id;
}

}  // namespace stage
