#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

TEST_CASE("Models: both folders follow their variables") {
  StageRun run;
  CHECK(run.Stage({"models", "path"}).out ==
        (run.folder() / ".cache/huggingface/hub").string() + "\n" +
            (run.folder() / ".local/share/stage/models").string() + "\n");
  run.SetVariable("XDG_DATA_HOME", "/data");
  run.SetVariable("HF_HOME", "/hf");
  CHECK(run.Stage({"models", "path"}).out == "/hf/hub\n/data/stage/models\n");
  run.SetVariable("STAGE_MODELS_DIR", "/weights");
  const auto folders =
      nlohmann::json::parse(run.Stage({"models", "path", "--json"}).out);
  CHECK(folders["path"] == "/weights");
  CHECK(folders["hub_cache"] == "/hf/hub");
}

TEST_CASE("Models: the list says size, licence, use and what is installed") {
  StageRun run;
  run.SetVariable("STAGE_MODELS_DIR", (run.folder() / "weights").string());
  run.Write("weights/lama/big-lama.pt", "12345");
  const RunResult text = run.Stage({"models", "list"});
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("* lama ") != std::string::npos);
  CHECK(text.out.find("  dpt ") != std::string::npos);
  CHECK(text.out.find("NO commercial use") != std::string::npos);
  CHECK(text.err.find("needs none") != std::string::npos);
  const auto models =
      nlohmann::json::parse(run.Stage({"models", "list", "--json"}).out);
  bool found = false;
  for (const auto& model : models) {
    CHECK(model["installed"] == (model["name"] == "lama"));
    if (model["name"] != "lama") continue;
    found = true;
    CHECK(model["bytes"] == 5);
    CHECK(model["license"] == "Apache-2.0");
    CHECK(model["commercial_use"] == "yes");
  }
  CHECK(found);
  CHECK(run.Stage({"models", "list", "--installed", "-q"}).out == "lama\n");
  CHECK(run.Stage({"models", "list", "--task", "fill", "-q"}).out == "lama\n");
}

TEST_CASE("Models: a wrong registry file is named with its key") {
  StageRun run;
  run.SetVariable("STAGE_PRESETS_DIR", run.folder().string());
  run.Write("models/mine.json",
            R"({"schema": 1, "kind": "models", "models": [{"name": "a"}]})");
  const RunResult result = run.Stage({"models", "list"});
  CHECK(result.exit_code != 0);
  CHECK(result.err.find("mine.json: model 'a': 'task' is missing") !=
        std::string::npos);
}

}  // namespace
}  // namespace stage::test
