#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/watch/folder_events.h"
#include "cli/watch/watch_journal.h"
#include "core/input_photos.h"

namespace stage::cli {

struct HotFolderOptions {
  InputSelection inputs;                    ///< one folder, absolute
  std::chrono::duration<double> settle{2};  ///< unchanged for so long
};

/// A photo that has arrived whole.
struct ArrivedPhoto {
  std::filesystem::path path;
  FileVersion version;
};

/// Finds photos that have arrived whole in a folder and were not handled yet.
/// A photo is taken when its own structure says that its end is there, and
/// its writer has closed it or it has not changed for the settling time.
class HotFolder {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param say  gets a line for people, now and then
  HotFolder(HotFolderOptions options,
            FolderEvents& events,
            const WatchJournal& journal,
            std::function<void(const std::string&)> say);

  /// Looks at the folder once.
  std::vector<ArrivedPhoto> TakeArrived(Clock::time_point now);
  /// Photos seen that are not whole or not settled yet.
  int waiting() const { return static_cast<int>(candidates_.size()); }
  /// Photos seen that have been still for the settling time and lack their end.
  int cut_off() const;

 private:
  struct Candidate {
    FileVersion version;
    Clock::time_point since;
    bool partial = false;  ///< still for the settling time, but not whole
  };

  std::vector<std::filesystem::path> Photos();
  bool HasArrived(const std::filesystem::path& photo,
                  Candidate& candidate,
                  Clock::time_point now);

  HotFolderOptions options_;
  FolderEvents& events_;
  const WatchJournal& journal_;
  std::function<void(const std::string&)> say_;
  std::map<std::filesystem::path, Candidate> candidates_;
  std::set<std::filesystem::path> told_;  ///< not photos, in spite of the name
};

}  // namespace stage::cli
