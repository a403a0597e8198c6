#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace stage::cli {

/// What tells one version of a file from the next.
struct FileVersion {
  uintmax_t size_bytes = 0;
  int64_t modified_ns = 0;
  bool operator==(const FileVersion&) const = default;
};

/// Size and time of a file; zeros when it is gone.
FileVersion VersionOf(const std::filesystem::path& file);

/// Which photos of a hot folder were handed to the command, and what it
/// returned: `.stage-watch.jsonl` in the folder, a record a line. Locked while
/// open, so that two watchers never work on one folder.
class WatchJournal {
 public:
  /// @throws Error(kDisk) when it cannot be written, or another watcher has it
  explicit WatchJournal(const std::filesystem::path& folder);
  ~WatchJournal();
  WatchJournal(const WatchJournal&) = delete;
  WatchJournal& operator=(const WatchJournal&) = delete;

  /// True when this very version of the file was handled.
  bool IsHandled(const std::filesystem::path& file,
                 const FileVersion& version) const;
  /// Appends what the command returned for the file; on disk on return.
  /// @throws Error(kDisk)
  void Record(const std::filesystem::path& file,
              const FileVersion& version,
              int exit_code);

 private:
  void Load();

  std::filesystem::path folder_;
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::map<std::string, FileVersion> handled_;  ///< by path below the folder
};

}  // namespace stage::cli
