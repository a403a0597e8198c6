#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

class StatusRun : public StageRun {
 public:
  StatusRun() { SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE); }
};

TEST_CASE("Status: counts what is done and failed, and says why") {
  const StatusRun run;
  run.WritePhoto("home/a.jpg");
  run.WritePhoto("home/dark.jpg", "2");
  run.Stage({"generate", "home", "--retries", "0"});
  for (const char* name :
       {"home", "home/staged", "home/staged/manifest.jsonl"}) {
    CAPTURE(name);
    const RunResult text = run.Stage({"status", name});
    CHECK(text.exit_code == 0);
    CHECK(text.out.find("done: 1") != std::string::npos);
    CHECK(text.out.find("failed: 1") != std::string::npos);
    CHECK(text.out.find("no room to be seen") != std::string::npos);
  }
  const auto json =
      nlohmann::json::parse(run.Stage({"status", "home", "--json"}).out);
  CHECK(json.dump().find("\"done\":1") != std::string::npos);
}

TEST_CASE("Status: a folder without a batch is wrong usage") {
  const StatusRun run;
  CHECK(run.Stage({"status"}).exit_code == 2);
  CHECK(run.Stage({"status", "nowhere"}).exit_code == 2);
}

}  // namespace
}  // namespace stage::test
