#include "remote/models/pull_model.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "core/atomic_file.h"
#include "core/byte_text.h"
#include "core/digest.h"
#include "core/file_lock.h"
#include "core/text_encoding.h"
#include "remote/models/file_download.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;

constexpr double kLockPoll_s = 0.2;
constexpr int64_t kSpareBytes = 64 << 20;  // for what else is written meanwhile

/// A file of a model on its way to its place.
struct WantedFile {
  std::string name;
  std::string url;
  FileIdentity identity;
  fs::path target;
  fs::path part;
  fs::path lock;
};

/// @throws Error(kDisk) when there is less than `bytes` free below `folder`
void CheckSpace(const ModelEntry& model,
                const fs::path& folder,
                int64_t bytes) {
  if (bytes == 0) return;
  MakeFolder(folder);
  struct statvfs about = {};
  if (statvfs(folder.c_str(), &about) != 0) return;
  const auto free = static_cast<int64_t>(
      std::min<double>(9e18, double(about.f_bavail) * double(about.f_frsize)));
  if (free - kSpareBytes >= bytes) return;
  throw Error(ErrorKind::kDisk,
              model.name + " needs " + ByteText(bytes) + " more, " +
                  Utf8Path(folder) + " has " + ByteText(free) +
                  " free: free some space, or set HF_HOME (or "
                  "STAGE_MODELS_DIR) to a folder on another disk");
}

/// Holds the file's lock; says so when it has to wait for it.
FileLock LockFor(const WantedFile& file,
                 const Cancelled& cancelled,
                 PullEvents& events) {
  for (bool told = false;; told = true) {
    if (auto lock = FileLock::Try(file.lock)) return std::move(*lock);
    if (!told) {
      events.Note(file.name + ": another program fetches it; waiting");
    }
    if (!SleepUnless(kLockPoll_s, cancelled)) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
  }
}

/// Gets one file to its place.
void Obtain(const GuardedGet& get,
            const WantedFile& file,
            const std::function<Error(const HttpResponse&)>& refusal,
            const Cancelled& cancelled,
            PullEvents& events) {
  const FileLock lock = LockFor(file, cancelled, events);
  events.FileStarted(file.name, file.identity.bytes);
  std::error_code none;
  if (fs::exists(file.target, none)) {
    const std::string deviation = Deviation(file.target, file.identity);
    if (deviation.empty() && !file.identity.id.empty()) {
      events.FileFinished(file.name, FileBytes(file.target), false);
      return;
    }
    if (!deviation.empty()) {
      events.Note(file.name + " " + deviation + "; fetching it again");
    }
  }
  MakeFolder(file.part.parent_path());
  Download(
      get,
      {.name = file.name,
       .url = file.url,
       .part = file.part,
       .identity = file.identity,
       .on_grown = [&](int64_t bytes) { events.FileGrown(bytes); },
       .on_retry =
           [&](const std::string& why, double wait_s) {
             events.Note(file.name + ": " + get.Clean(why) + "; going on in " +
                         std::to_string(static_cast<int>(wait_s + 1)) + " s");
           },
       .cancelled = cancelled,
       .refusal = refusal});
  std::error_code problem;
  fs::rename(file.part, file.target, problem);
  if (problem) throw DiskError(file.target, "written", problem.value());
  SyncFolder(file.target.parent_path());
  events.FileFinished(file.name, FileBytes(file.target), true);
}

/// Announces the plan and makes sure that there is room for it.
void Plan(const ModelEntry& model,
          const std::vector<WantedFile>& files,
          const fs::path& folder,
          PullEvents& events) {
  int64_t bytes = 0;
  int64_t to_fetch = 0;
  int64_t begun = 0;
  std::set<fs::path> counted;
  for (const WantedFile& file : files) {
    if (!counted.insert(file.target).second) continue;
    const int64_t size = std::max<int64_t>(0, file.identity.bytes);
    bytes += size;
    if (FileBytes(file.target) == size && size > 0) continue;
    to_fetch += size;
    begun += std::min(size, FileBytes(file.part));
  }
  events.Planned(model, bytes, to_fetch);
  CheckSpace(model, folder, to_fetch - begun);
}

/// The name to fetch of those a model's file may have.
std::string ChooseName(const ModelEntry& model,
                       const ModelFile& file,
                       const RepositoryState& state,
                       const fs::path& snapshot) {
  for (const std::string& name : file.names) {
    if (state.files.contains(name) && fs::exists(snapshot / name)) return name;
  }
  for (const std::string& name : file.names) {
    if (state.files.contains(name)) return name;
  }
  throw Error(ErrorKind::kModel,
              model.repository + ": has no " + file.names.front() +
                  " at this revision");
}

FileIdentity IdentityIn(const ModelEntry& model,
                        const ModelFile& file,
                        const std::string& name,
                        const RepositoryState& state) {
  const FileIdentity& identity = state.files.at(name);
  if (!IsContentId(identity.id) || identity.bytes < 0) {
    throw Error(ErrorKind::kVendorUnavailable,
                model.repository + ": the server does not say what " + name +
                    " holds; check HF_ENDPOINT");
  }
  if (name == file.names.front() && !file.sha256.empty() &&
      identity.id != file.sha256) {
    throw Error(ErrorKind::kVendorUnavailable,
                model.repository + ": " + name + " has another SHA-256 than " +
                    Utf8Path(model.source) + " says; it is not fetched");
  }
  return identity;
}

InstalledModel PullRepository(const PullRequest& request,
                              const std::shared_ptr<Transport>& transport,
                              PullEvents& events) {
  const ModelEntry& model = request.model;
  const std::string revision =
      request.revision.empty() ? model.revision : request.revision;
  const HubClient hub(transport, request.hub);
  const HubRepository repository(request.folders.hub_cache, model.repository);
  const RepositoryState state = hub.Read(model, revision, request.cancelled);
  if (IsCommit(revision) && state.commit != revision) {
    throw Error(ErrorKind::kVendorUnavailable,
                model.repository + ": the server gives commit " + state.commit +
                    " for " + revision + "; check HF_ENDPOINT");
  }
  const fs::path snapshot = repository.Snapshot(state.commit);

  InstalledModel installed{.folder = snapshot, .commit = state.commit};
  std::vector<WantedFile> wanted;
  for (const ModelFile& file : model.files) {
    WantedFile one;
    one.name = ChooseName(model, file, state, snapshot);
    one.identity = IdentityIn(model, file, one.name, state);
    one.url = hub.FileUrl(model, state.commit, one.name);
    one.target = repository.Blob(one.identity.id);
    one.part = repository.Incomplete(one.identity.id);
    one.lock = repository.Lock(one.identity.id);
    installed.files.push_back(one.name);
    installed.bytes += one.identity.bytes;
    wanted.push_back(std::move(one));
  }
  Plan(model, wanted, repository.folder(), events);
  for (const WantedFile& file : wanted) {
    Obtain(
        hub.get(),
        file,
        [&](const HttpResponse& response) {
          return hub.Refusal(
              model, model.repository + "/" + file.name, response);
        },
        request.cancelled,
        events);
    repository.LinkFile(state.commit, file.name, file.identity.id);
  }
  if (revision != state.commit) {
    WriteFileAtomically(repository.Reference(revision), state.commit);
  }
  return installed;
}

InstalledModel PullFiles(const PullRequest& request,
                         const std::shared_ptr<Transport>& transport,
                         PullEvents& events) {
  const ModelEntry& model = request.model;
  if (!request.revision.empty()) {
    throw Error(ErrorKind::kUsage,
                "--revision: " + model.name +
                    " is a file of one version, not a repository");
  }
  InstalledModel installed{.folder = request.folders.own / model.name};
  std::vector<PulledFile> pulled = ReadPulledFiles(installed.folder);
  std::vector<WantedFile> wanted;
  for (const ModelFile& file : model.files) {
    const std::string& name = file.names.front();
    const fs::path target = installed.folder / name;
    FileIdentity identity{file.sha256, file.bytes};
    wanted.push_back({.name = name,
                      .url = file.url,
                      .identity = identity,
                      .target = target,
                      .part = target.string() + ".incomplete",
                      .lock = request.folders.own / (model.name + ".lock")});
    installed.files.push_back(name);
  }
  Plan(model, wanted, installed.folder, events);
  for (const WantedFile& file : wanted) {
    const GuardedGet get(transport, file.url, Secret());
    Obtain(
        get,
        file,
        [&](const HttpResponse& response) {
          return Error(response.status == 404 ? ErrorKind::kModel
                                              : ErrorKind::kVendorUnavailable,
                       file.name + ": " + ParseUrl(file.url).host +
                           " answered with status " +
                           std::to_string(response.status));
        },
        request.cancelled,
        events);
    installed.bytes += FileBytes(file.target);
    std::erase_if(pulled,
                  [&](const PulledFile& old) { return old.name == file.name; });
    pulled.push_back({file.name,
                      file.url,
                      {Sha256OfFile(file.target), FileBytes(file.target)}});
    WritePulledFiles(installed.folder, pulled);
  }
  return installed;
}

}  // namespace

InstalledModel PullModel(const PullRequest& request,
                         const std::shared_ptr<Transport>& transport,
                         PullEvents& events) {
  if (request.hub.offline) {
    throw Error(ErrorKind::kVendorUnavailable,
                "HF_HUB_OFFLINE is set: unset it to fetch models");
  }
  return request.model.repository.empty()
             ? PullFiles(request, transport, events)
             : PullRepository(request, transport, events);
}

}  // namespace stage::remote
