#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

/// Runs with the stand-in for the engine module.
class GenerateRun : public StageRun {
 public:
  GenerateRun() { SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE); }
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Generate: a dry run prints the plan and touches nothing") {
  const GenerateRun run;
  run.WritePhoto("home/kitchen.jpg");
  run.WritePhoto("home/living.jpg", "2");
  const RunResult result =
      run.Stage({"generate", "home", "--dry-run", "--variants", "2"});
  CHECK(result.exit_code == 0);
  CHECK(Has(result.out, "kitchen.jpg"));
  CHECK(Has(result.out, "kitchen-2.jpg"));
  CHECK(Has(result.out, "style modern"));
  CHECK_FALSE(fs::exists(run.folder() / "home/staged"));
}

TEST_CASE("Generate: a dry run tells of photos that have no mask") {
  const GenerateRun run;
  run.WritePhoto("home/kitchen.jpg");
  fs::create_directory(run.folder() / "masks");
  const RunResult result = run.Stage(
      {"edit", "home", "--material", "oak", "--mask", "masks", "--dry-run"});
  CHECK(result.exit_code != 1);
  CHECK(Has(result.err, "masks has no mask named kitchen"));
}

TEST_CASE("Generate: results, manifest and stdout agree") {
  const GenerateRun run;
  run.WritePhoto("home/kitchen.jpg");
  run.WritePhoto("home/living.jpg", "2");
  const RunResult result = run.Stage({"generate", "home", "--json"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(fs::exists(run.folder() / "home/staged/kitchen.jpg"));
  CHECK(fs::exists(run.folder() / "home/staged/living.jpg"));
  CHECK(fs::exists(run.folder() / "home/staged/manifest.jsonl"));
  int done = 0;
  nlohmann::json last;
  for (const std::string& line : Lines(result.out)) {
    last = nlohmann::json::parse(line);
    done += last.value("state", "") == "done" ? 1 : 0;
  }
  CHECK(done == 2);
  CHECK(last["record"] == "summary");
  CHECK(last["done"] == 2);
}

TEST_CASE("Generate: without --json a pipe gets the results' paths") {
  const GenerateRun run;
  run.WritePhoto("home/kitchen.jpg");
  const RunResult result = run.Stage({"generate", "home"});
  CHECK(result.out ==
        (run.folder() / "home/staged/kitchen.jpg").string() + "\n");
}

TEST_CASE("Generate: a disclosure rule's duties are told when it is done") {
  const GenerateRun run;
  run.WritePhoto("kitchen.jpg");
  const std::vector<std::string> command = {
      "generate", "kitchen.jpg", "--disclose", "california-ab723"};
  CHECK(
      Has(run.Stage(command).err, "california-ab723 asks of you: Put a link"));
  CHECK_FALSE(Has(run.Stage(command).err, "asks of you"));  // nothing new
}

TEST_CASE("Generate: a second run skips what is done") {
  const GenerateRun run;
  run.WritePhoto("kitchen.jpg");
  REQUIRE(run.Stage({"generate", "kitchen.jpg"}).exit_code == 0);
  const auto time = fs::last_write_time(run.folder() / "staged/kitchen.jpg");
  const RunResult again = run.Stage({"generate", "kitchen.jpg", "--json"});
  CHECK(again.exit_code == 0);
  CHECK(nlohmann::json::parse(Lines(again.out).back())["skipped"] == 1);
  CHECK(fs::last_write_time(run.folder() / "staged/kitchen.jpg") == time);
  const RunResult restarted =
      run.Stage({"generate", "kitchen.jpg", "--json", "--restart"});
  CHECK(nlohmann::json::parse(Lines(restarted.out).back())["done"] == 1);
}

TEST_CASE("Generate: one bad photo does not stop the others, and is code 3") {
  const GenerateRun run;
  run.WritePhoto("home/attic-dark.jpg");
  run.WritePhoto("home/kitchen.jpg", "2");
  const RunResult result =
      run.Stage({"generate", "home", "--retries", "0", "--json"});
  CHECK(result.exit_code == 3);
  CHECK(Has(result.err, "floor_polygon"));
  CHECK(fs::exists(run.folder() / "home/staged/kitchen.jpg"));
  const auto summary = nlohmann::json::parse(Lines(result.out).back());
  CHECK(summary["failed"] == 1);
  CHECK(summary["done"] == 1);
}

TEST_CASE("Generate: a full disk stops the batch with code 15") {
  const GenerateRun run;
  run.WritePhoto("home/a-full.jpg");
  run.WritePhoto("home/b.jpg", "2");
  const RunResult result =
      run.Stage({"generate", "home", "--retries", "0", "-j", "1"});
  CHECK(result.exit_code == 15);
  CHECK(Has(result.err, "no space left"));
  CHECK_FALSE(fs::exists(run.folder() / "home/staged/b.jpg"));
}

TEST_CASE("Generate: aliases of presets are the same job as their names") {
  const GenerateRun run;
  run.WritePhoto("a.jpg");
  const auto job = [&](const std::string& style) {
    const RunResult result =
        run.Stage({"generate", "a.jpg", "-n", "--json", "--style", style});
    REQUIRE(result.exit_code == 0);
    return nlohmann::json::parse(result.out)["jobs"][0]["job"]
        .get<std::string>();
  };
  CHECK(job("mid-century") == job("Mid Century"));
  CHECK(job("mid-century") != job("coastal"));
}

TEST_CASE("Generate: SIGTERM ends with code 130 and loses nothing") {
  const GenerateRun run;
  run.WritePhoto("home/a.jpg");
  run.WritePhoto("home/slow.jpg", "2");
  const pid_t process = run.Start({"generate", "home", "-j", "1"});
  const fs::path first = run.folder() / "home/staged/a.jpg";
  for (int i = 0; i < 500 && !fs::exists(first); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  kill(process, SIGTERM);
  const RunResult result = run.Finish(process);
  CHECK(result.exit_code == 130);
  CHECK(fs::exists(first));
  const RunResult status = run.Stage({"status", "home", "--json"});
  CHECK(status.exit_code == 0);
}

TEST_CASE("Generate: without an engine module the error is code 13") {
  StageRun run;
  run.SetVariable("STAGE_ENGINE_MODULE", "/nonexistent/libstage_engine.so");
  run.WritePhoto("a.jpg");
  const RunResult result = run.Stage({"generate", "a.jpg"});
  CHECK(result.exit_code == 13);
  CHECK(Has(result.err, "local engine"));
}

TEST_CASE("Generate: --log-file keeps what was decided") {
  const GenerateRun run;
  run.WritePhoto("a.jpg");
  REQUIRE(run.Stage({"generate", "a.jpg", "--log-file", "run.log", "-v"})
              .exit_code == 0);
  CHECK(fs::exists(run.folder() / "run.log"));
}

}  // namespace
}  // namespace stage::test
