#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace stage::test {

/// What a program printed and returned.
struct RunResult {
  int exit_code = -1;  ///< 128 + signal when one ended it
  std::string out;
  std::string err;
};

/// Runs programs in a fresh folder, which is also HOME, with an environment
/// that holds nothing of the caller's but PATH.
class StageRun {
 public:
  StageRun();

  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path Write(const std::filesystem::path& name,
                              const std::string& bytes) const {
    return folder_.Write(name, bytes);
  }
  /// A JPEG of 8 x 6 pixels below the folder; `salt` makes its bytes differ.
  std::filesystem::path WritePhoto(const std::filesystem::path& name,
                                   const std::string& salt = "") const;
  void SetVariable(const std::string& name, const std::string& value) {
    environment_[name] = value;
  }

  /// Runs `stage` with these arguments and waits for it.
  RunResult Stage(const std::vector<std::string>& arguments) const;
  /// Runs any program.
  RunResult Program(std::vector<std::string> words) const;

  /// Starts `stage` and returns its process; its output goes to files until
  /// Finish.
  pid_t Start(const std::vector<std::string>& arguments) const;
  RunResult Finish(pid_t process) const;

 private:
  pid_t Spawn(std::vector<std::string> words) const;

  TempDir folder_;
  std::map<std::string, std::string> environment_;
};

/// The bytes of a small valid JPEG with `comment` in a COM segment.
std::string SmallJpeg(const std::string& comment = "");

/// The text as JSON lines, each parsed by the caller.
std::vector<std::string> Lines(const std::string& text);

}  // namespace stage::test
