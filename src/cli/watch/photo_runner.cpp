#include "cli/watch/photo_runner.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/program_files.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

bool IsProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return access(name.c_str(), X_OK) == 0;
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

void ReplaceAll(std::string& text,
                const std::string& what,
                const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

PhotoRunner::PhotoRunner(std::vector<std::string> words,
                         const std::vector<std::string>& stage_commands)
    : words_(std::move(words)) {
  if (words_.empty()) {
    throw Error(ErrorKind::kUsage,
                "no command given: write it behind '--', such as 'stage watch "
                "FOLDER -- generate --style modern'");
  }
  if (words_.front() == "stage" && words_.size() > 1) {
    words_.erase(words_.begin());
  }
  is_stage_ =
      std::find(stage_commands.begin(), stage_commands.end(), words_.front()) !=
      stage_commands.end();
  if (is_stage_) {
    words_.insert(words_.begin(), ProgramFile().string());
  } else if (!IsProgram(words_.front())) {
    throw Error(ErrorKind::kUsage,
                UnknownWordMessage("command", words_.front(), stage_commands));
  }
  for (const std::string& word : words_) {
    if (word.find("{}") != std::string::npos) takes_many_ = false;
  }
}

int PhotoRunner::Run(const std::vector<std::filesystem::path>& photos) const {
  std::vector<std::string> words = words_;
  if (takes_many_) {
    words.insert(words.end(), photos.begin(), photos.end());
  } else {
    for (std::string& word : words) {
      ReplaceAll(word, "{}", photos.front().string());
    }
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // In a process group of its own: a terminal's Ctrl-C reaches this process
  // alone, which passes on exactly one signal. A second one would make the
  // command drop its photo instead of finishing it.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t child = 0;
  const int problem = posix_spawnp(&child,
                                   arguments.front(),
                                   nullptr,
                                   &attributes,
                                   arguments.data(),
                                   environ);
  posix_spawnattr_destroy(&attributes);
  if (problem != 0) {
    throw Error(
        ErrorKind::kDisk,
        words.front() + " cannot be started: " + std::strerror(problem));
  }
  bool passed_on = false;
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child && WIFEXITED(status)) return WEXITSTATUS(status);
    if (ended == child && WIFSIGNALED(status)) return 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) {
      throw Error(ErrorKind::kUnexpected,
                  words.front() + " was lost: " + std::strerror(errno));
    }
    if (Interrupted() && !passed_on) {
      kill(child, SIGTERM);
      passed_on = true;
    }
    // Short looks: a blocking wait could miss a signal that came just before.
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
}

}  // namespace stage::cli
