#include "remote/shell_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/error.h"
#include "core/text_encoding.h"

extern char** environ;

namespace stage::remote {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostOutput = 65536;
constexpr int kPollInterval_ms = 100;

/// A child process in a group of its own, whose standard output is read.
class Child {
 public:
  Child(const std::string& script, const std::string& argument) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) Fail(errno);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::array<const char*, 6> words = {
        "sh", "-c", script.c_str(), "sh", argument.c_str(), nullptr};
    const int problem = posix_spawn(&process_,
                                    "/bin/sh",
                                    &actions,
                                    &attributes,
                                    const_cast<char**>(words.data()),
                                    environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
    if (problem != 0) {
      close(output_);
      Fail(problem);
    }
  }
  ~Child() {
    close(output_);
    if (process_ > 0) {
      kill(-process_, SIGKILL);
      Wait();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Adds what there is to read; false at the end.
  bool Read(std::string& text) const {
    pollfd readable{output_, POLLIN, 0};
    if (poll(&readable, 1, kPollInterval_ms) <= 0) return true;
    std::array<char, 4096> buffer{};
    const ssize_t size = read(output_, buffer.data(), buffer.size());
    if (size > 0) text.append(buffer.data(), static_cast<size_t>(size));
    return size > 0 || (size < 0 && errno == EINTR);
  }

  /// The exit code; -1 when a signal ended it.
  int Wait() {
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  [[noreturn]] static void Fail(int problem) {
    throw Error(
        ErrorKind::kUnexpected,
        std::string("no process can be started: ") + std::strerror(problem));
  }

  pid_t process_ = -1;
  int output_ = -1;
};

}  // namespace

std::string RunShellCommand(const std::string& command,
                            const std::string& option,
                            const std::filesystem::path& file,
                            double most_s,
                            const Cancelled& cancelled) {
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorKind::kInput, Utf8Path(file) + ": " + option + " " + why);
  };
  const Clock::time_point start = Clock::now();
  Child child(command + " \"$1\"", std::filesystem::absolute(file).string());
  std::string output;
  while (child.Read(output)) {
    if (cancelled && cancelled()) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
    if (output.size() > kMostOutput) throw refuse("prints too much");
    if (std::chrono::duration<double>(Clock::now() - start).count() > most_s) {
      throw refuse("takes too long");
    }
  }
  const int exit_code = child.Wait();
  if (exit_code != 0) {
    throw refuse(exit_code < 0
                     ? std::string("was killed")
                     : "ended with exit code " + std::to_string(exit_code));
  }
  return output;
}

}  // namespace stage::remote
