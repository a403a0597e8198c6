#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

TEST_CASE("Models: the folder follows STAGE_MODELS_DIR, XDG and HOME") {
  StageRun run;
  CHECK(run.Stage({"models", "path"}).out ==
        (run.folder() / ".local/share/stage/models").string() + "\n");
  run.SetVariable("XDG_DATA_HOME", "/data");
  CHECK(run.Stage({"models", "path"}).out == "/data/stage/models\n");
  run.SetVariable("STAGE_MODELS_DIR", "/weights");
  CHECK(run.Stage({"models", "path"}).out == "/weights\n");
}

TEST_CASE("Models: lists what is in the folder, and that none is needed") {
  StageRun run;
  run.SetVariable("STAGE_MODELS_DIR", (run.folder() / "weights").string());
  RunResult result = run.Stage({"models", "list"});
  CHECK(result.exit_code == 0);
  CHECK(result.out == "");
  CHECK(result.err.find("needs none") != std::string::npos);
  run.Write("weights/depth/model.safetensors", "12345");
  result = run.Stage({"models", "list", "--json"});
  const auto models = nlohmann::json::parse(result.out);
  REQUIRE(models.size() == 1);
  CHECK(models[0]["name"] == "depth");
  CHECK(models[0]["bytes"] == 5);
}

}  // namespace
}  // namespace stage::test
