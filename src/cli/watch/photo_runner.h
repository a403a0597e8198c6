#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stage::cli {

/// The command a hot folder runs: a command of stage itself ("generate
/// --style modern"), run by this very program, or any other program.
class PhotoRunner {
 public:
  /// @param words  as given behind "--"; a word that is or holds "{}" gets the
  ///        photo's path, else photos are appended
  /// @throws Error(kUsage) for a command that does not exist
  PhotoRunner(std::vector<std::string> words,
              const std::vector<std::string>& stage_commands);

  /// Whether one run can take several photos.
  bool takes_many() const { return takes_many_; }
  /// Whether the command is stage's own, so that its exit codes are known.
  bool is_stage() const { return is_stage_; }

  /// Runs the command over the photos and waits for it. A signal to this
  /// process is passed on. Returns the exit code, or 128 + the signal that
  /// ended it.
  /// @throws Error(kDisk) when no process can be started
  int Run(const std::vector<std::filesystem::path>& photos) const;

 private:
  std::vector<std::string> words_;
  bool takes_many_ = true;
  bool is_stage_ = false;
};

}  // namespace stage::cli
