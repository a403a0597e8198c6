#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <set>

namespace stage::cli {

/// Tells when files in folders are closed after writing or moved in, by
/// inotify. Where that does not work (some network file systems, no watches
/// left) waiting is a plain pause: the caller looks at the folders anyway.
class FolderEvents {
 public:
  enum class Mode { kNotified, kPolled };

  explicit FolderEvents(Mode mode);
  ~FolderEvents();
  FolderEvents(const FolderEvents&) = delete;
  FolderEvents& operator=(const FolderEvents&) = delete;

  /// Also watches this folder (not what is below it); again does no harm.
  void Watch(const std::filesystem::path& folder);

  /// Waits until something happens, at most so long; a signal ends it too.
  /// @return whether something happened
  bool Wait(std::chrono::milliseconds at_most);

  /// True when a program finished writing the file (or moved it there) and
  /// none has begun to change it since.
  bool IsClosed(const std::filesystem::path& file) const {
    return closed_.contains(file);
  }
  /// kPolled when the system refused to notify.
  Mode mode() const { return mode_; }

 private:
  void ReadEvents();

  Mode mode_;
  int descriptor_ = -1;
  std::map<int, std::filesystem::path> folders_;  ///< by watch
  std::set<std::filesystem::path> closed_;
};

}  // namespace stage::cli
