#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("stage upscale: a folder by the real program, once") {
  const StageRun run;
  run.WritePhoto("home/a.jpg");
  run.WritePhoto("home/b.jpg", "2");
  const RunResult result =
      run.Stage({"upscale", "home", "--factor", "2", "--json"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  const auto lines = Lines(result.out);
  REQUIRE(lines.size() == 3);
  const nlohmann::json record = nlohmann::json::parse(lines[0]);
  CHECK(record["operation"] == "upscale");
  CHECK(record["outputs"][0]["width"] == 16);
  CHECK(record["outputs"][0]["height"] == 12);
  CHECK(fs::exists(run.folder() / "home/staged/a.jpg"));
  const RunResult again = run.Stage({"upscale", "home", "--factor", "2"});
  CHECK(again.exit_code == 0);
  CHECK(again.err.find("2 finished before") != std::string::npos);
}

TEST_CASE("stage upscale: a photo that is too small names what is possible") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result =
      run.Stage({"upscale", "a.jpg", "--long-edge", "4000"});
  CHECK(result.exit_code == 3);
  CHECK(result.err.find("at most 64 px") != std::string::npos);
}

TEST_CASE("stage upscale: without its networks it says what to install") {
  StageRun run;
  run.WritePhoto("a.jpg");
  run.SetVariable("STAGE_NETWORKS_MODULE", (run.folder() / "none.so").string());
  const RunResult result = run.Stage({"upscale", "a.jpg", "--factor", "2"});
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("networks cannot be loaded") != std::string::npos);
}

}  // namespace
}  // namespace stage::test
