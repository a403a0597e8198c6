#include "cli/watch/hot_folder.h"

#include <utility>

#include "cli/watch/photo_completeness.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage::cli {

HotFolder::HotFolder(HotFolderOptions options,
                     FolderEvents& events,
                     const WatchJournal& journal,
                     std::function<void(const std::string&)> say)
    : options_(std::move(options)),
      events_(events),
      journal_(journal),
      say_(std::move(say)) {}

std::vector<std::filesystem::path> HotFolder::Photos() {
  // Watched before it is read: what arrives in between shows up either way.
  for (const auto& folder : options_.inputs.paths) {
    if (!std::filesystem::is_directory(folder)) {
      throw Error(ErrorKind::kDisk,
                  Utf8Path(folder) + ": the watched folder is gone");
    }
    events_.Watch(folder);
    if (!options_.inputs.recursive) continue;
    std::error_code problem;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder, problem)) {
      if (entry.is_directory(problem)) events_.Watch(entry.path());
    }
  }
  std::vector<std::filesystem::path> photos;
  try {
    for (const InputPhoto& photo : FindPhotos(options_.inputs)) {
      photos.push_back(photo.path);
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUsage) throw;
    // The folder holds no photos yet.
  }
  return photos;
}

bool HotFolder::HasArrived(const std::filesystem::path& photo,
                           Candidate& candidate,
                           Clock::time_point now) {
  const bool settled = now - candidate.since >= options_.settle;
  if (!settled && !events_.IsClosed(photo)) return false;
  if (candidate.partial) return false;  // judged already, unchanged since
  switch (CompletenessOfFile(photo)) {
    case Completeness::kComplete:
      // Still the version that was judged?
      return VersionOf(photo) == candidate.version;
    case Completeness::kPartial:
      if (settled) {
        candidate.partial = true;
        say_(Utf8Path(photo.filename()) +
             ": its end is missing; waiting for the rest");
      }
      return false;
    case Completeness::kNoPhoto:
      if (told_.insert(photo).second) {
        say_(Utf8Path(photo.filename()) +
             ": not a photo in spite of its name; left alone");
      }
      return false;
  }
  return false;
}

std::vector<ArrivedPhoto> HotFolder::TakeArrived(Clock::time_point now) {
  std::vector<ArrivedPhoto> arrived;
  std::map<std::filesystem::path, Candidate> still_waiting;
  for (const std::filesystem::path& photo : Photos()) {
    const FileVersion version = VersionOf(photo);
    if (journal_.IsHandled(photo, version)) continue;
    const auto known = candidates_.find(photo);
    Candidate candidate{version, now};
    if (known != candidates_.end() && known->second.version == version) {
      candidate = known->second;
    }
    if (HasArrived(photo, candidate, now)) {
      arrived.push_back({photo, version});
    } else if (!told_.contains(photo)) {
      still_waiting[photo] = candidate;
    }
  }
  candidates_ = std::move(still_waiting);
  return arrived;
}

int HotFolder::cut_off() const {
  int count = 0;
  for (const auto& [photo, candidate] : candidates_) {
    count += candidate.partial ? 1 : 0;
  }
  return count;
}

}  // namespace stage::cli
