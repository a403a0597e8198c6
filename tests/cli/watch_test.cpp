#include <doctest/doctest.h>

#include <csignal>
#include <functional>
#include <thread>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

class WatchRun : public StageRun {
 public:
  WatchRun() {
    SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE);
    fs::create_directories(hot());
  }
  fs::path hot() const { return folder() / "hot"; }
  /// Hot folder that notes the name of each photo it hands over in "taken".
  pid_t StartNoting(std::vector<std::string> options = {}) const {
    std::vector<std::string> arguments = {
        "watch", "hot", "--settle", "0.3", "--poll", "0.2"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    for (const char* word :
         {"--", "sh", "-c", "basename \"$0\" >> taken", "{}"}) {
      arguments.push_back(word);
    }
    return Start(arguments);
  }
  std::string taken() const { return ReadFileBytes(folder() / "taken"); }
  RunResult Stop(pid_t process) const {
    kill(process, SIGTERM);
    return Finish(process);
  }
};

/// Waits until it holds, a few seconds at most.
bool Soon(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

TEST_CASE(
    "Watch: stages what is there and what arrives, then ends on a signal") {
  const WatchRun run;
  run.WritePhoto("hot/first.jpg");
  const pid_t process = run.Start({"watch",
                                   "hot",
                                   "--settle",
                                   "0.2",
                                   "--poll",
                                   "0.2",
                                   "--",
                                   "generate",
                                   "--style",
                                   "coastal"});
  CHECK(Soon([&] { return fs::exists(run.hot() / "staged/first.jpg"); }));
  run.WritePhoto("hot/second.jpg", "2");
  CHECK(Soon([&] { return fs::exists(run.hot() / "staged/second.jpg"); }));
  const RunResult result = run.Stop(process);
  CHECK(result.exit_code == 130);
  // Its own results are no input.
  CHECK_FALSE(fs::exists(run.hot() / "staged/staged"));
}

TEST_CASE("Watch: never takes a half-written photo") {
  for (const bool polled : {false, true}) {
    CAPTURE(polled);
    const WatchRun run;
    const pid_t process =
        run.StartNoting(polled ? std::vector<std::string>{"--polled"}
                               : std::vector<std::string>{});
    const std::string bytes = SmallJpeg("whole");
    {
      std::ofstream out(run.hot() / "slow.jpg", std::ios::binary);
      out << bytes.substr(0, bytes.size() / 2) << std::flush;
      std::this_thread::sleep_for(std::chrono::milliseconds(900));
      CHECK(run.taken() == "");
      out << bytes.substr(bytes.size() / 2);
    }
    CHECK(Soon([&] { return run.taken() == "slow.jpg\n"; }));
    run.Stop(process);
  }
}

TEST_CASE("Watch: a photo that a program closed too early is waited for") {
  const WatchRun run;
  const pid_t process = run.StartNoting();
  const std::string bytes = SmallJpeg("sync");
  run.Write("hot/sync.jpg", bytes.substr(0, 200));
  CHECK(Soon([&] {
    return ReadFileBytes(run.folder() / ".err").find("end is missing") !=
           std::string::npos;
  }));
  CHECK(run.taken() == "");
  run.Write("hot/sync.jpg", bytes);
  CHECK(Soon([&] { return run.taken() == "sync.jpg\n"; }));
  run.Stop(process);
}

TEST_CASE("Watch: each photo is processed once, also after a restart") {
  const WatchRun run;
  run.WritePhoto("hot/a.jpg");
  pid_t process = run.StartNoting();
  CHECK(Soon([&] { return run.taken() == "a.jpg\n"; }));
  CHECK(run.Stop(process).exit_code == 130);
  run.WritePhoto("hot/b.jpg", "2");
  process = run.StartNoting();
  CHECK(Soon([&] { return run.taken() == "a.jpg\nb.jpg\n"; }));
  // A new version of a photo is another photo.
  run.WritePhoto("hot/a.jpg", "new light");
  CHECK(Soon([&] { return run.taken() == "a.jpg\nb.jpg\na.jpg\n"; }));
  run.Stop(process);
}

TEST_CASE("Watch: files moved in, other files and hidden ones") {
  const WatchRun run;
  const pid_t process = run.StartNoting();
  run.WritePhoto("incoming.jpg");
  run.Write("hot/notes.txt", "text");
  run.Write("hot/fake.jpg", "this is a text and no photo");
  run.WritePhoto("hot/.hidden.jpg");
  fs::rename(run.folder() / "incoming.jpg", run.hot() / "moved.jpg");
  CHECK(Soon([&] { return run.taken() == "moved.jpg\n"; }));
  const RunResult result = run.Stop(process);
  CHECK(result.err.find("fake.jpg: not a photo") != std::string::npos);
}

TEST_CASE("Watch: --once ends when all has been handled") {
  const WatchRun run;
  run.WritePhoto("hot/a.jpg");
  run.WritePhoto("hot/b.jpg", "2");
  const RunResult result = run.Stage(
      {"watch", "hot", "--once", "--settle", "0", "--json", "--", "generate"});
  CHECK(result.exit_code == 0);
  CHECK(fs::exists(run.hot() / "staged/a.jpg"));
  CHECK(fs::exists(run.hot() / "staged/b.jpg"));
}

TEST_CASE("Watch: a failure that concerns every photo stops it with its code") {
  const WatchRun run;
  run.WritePhoto("hot/a-full.jpg");
  RunResult result = run.Stage({"watch",
                                "hot",
                                "--once",
                                "--settle",
                                "0",
                                "--",
                                "generate",
                                "--retries",
                                "0"});
  CHECK(result.exit_code == 15);
  // Not marked as handled: the next watch tries again.
  fs::rename(run.hot() / "a-full.jpg", run.hot() / "a.jpg");
  result =
      run.Stage({"watch", "hot", "--once", "--settle", "0", "--", "generate"});
  CHECK(result.exit_code == 0);
  CHECK(fs::exists(run.hot() / "staged/a.jpg"));
}

TEST_CASE("Watch: a second watcher of a folder is refused") {
  const WatchRun run;
  run.WritePhoto("hot/a.jpg");
  const pid_t process = run.StartNoting();
  CHECK(Soon([&] { return run.taken() == "a.jpg\n"; }));
  RunResult second;
  {
    WatchRun other;
    second = other.Stage({"watch", run.hot().string(), "--", "generate"});
  }
  CHECK(second.exit_code == 15);
  CHECK(second.err.find("another 'stage watch'") != std::string::npos);
  run.Stop(process);
}

TEST_CASE("Watch: a command that does not exist is refused at once") {
  const WatchRun run;
  const RunResult result = run.Stage({"watch", "hot", "--", "genrate"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("did you mean 'generate'?") != std::string::npos);
  CHECK(run.Stage({"watch", "hot"}).exit_code == 2);
  CHECK(run.Stage({"watch", "nowhere", "--", "generate"}).exit_code == 2);
}

}  // namespace
}  // namespace stage::test
