#include "cli/watch/watch_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/manifest.h"
#include "core/text_encoding.h"

namespace stage::cli {

FileVersion VersionOf(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return {};
  return {static_cast<uintmax_t>(status.st_size),
          static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
              status.st_mtim.tv_nsec};
}

WatchJournal::WatchJournal(const std::filesystem::path& folder)
    : folder_(folder), path_(folder / ".stage-watch.jsonl") {
  descriptor_ =
      open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw DiskError(path_, "written", errno);
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    close(descriptor_);
    throw Error(ErrorKind::kDisk,
                Utf8Path(folder) +
                    ": another 'stage watch' is at work here; "
                    "end it first");
  }
  Load();
}

WatchJournal::~WatchJournal() { close(descriptor_); }

void WatchJournal::Load() {
  std::ifstream in(path_);
  for (std::string line; std::getline(in, line);) {
    // A line torn by a crash is dropped; its photo is handed over again.
    const auto record = nlohmann::json::parse(line, nullptr, false);
    if (!record.is_object()) continue;
    handled_[record.value("file", "")] = {
        record.value("size", uintmax_t{0}),
        record.value("modified_ns", int64_t{0})};
  }
}

bool WatchJournal::IsHandled(const std::filesystem::path& file,
                             const FileVersion& version) const {
  const auto found = handled_.find(Utf8Path(file.lexically_relative(folder_)));
  return found != handled_.end() && found->second == version;
}

void WatchJournal::Record(const std::filesystem::path& file,
                          const FileVersion& version,
                          int exit_code) {
  const std::string name = Utf8Path(file.lexically_relative(folder_));
  // The line end in front closes a line that a crash may have torn.
  const std::string line = "\n" +
                           nlohmann::json{{"file", name},
                                          {"size", version.size_bytes},
                                          {"modified_ns", version.modified_ns},
                                          {"exit", exit_code},
                                          {"at", TimestampUtc()}}
                               .dump() +
                           "\n";
  if (write(descriptor_, line.data(), line.size()) !=
          static_cast<ssize_t>(line.size()) ||
      fsync(descriptor_) != 0) {
    throw DiskError(path_, "written", errno);
  }
  handled_[name] = version;
}

}  // namespace stage::cli
