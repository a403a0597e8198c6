#include <doctest/doctest.h>

#include "models_pull/model_pull_run.h"

namespace stage::test {
namespace {

using nlohmann::json;

TEST_CASE("ModelPullSecrets: the token goes to the hub and nowhere else") {
  ModelPullRun run;
  run.SetRepository({{"token", kToken}});
  run.SetVariable("HF_TOKEN", kToken);
  const RunResult result =
      run.Stage({"models", "pull", "tiny", "-v", "--log-file", "pull.log"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  int at_hub = 0;
  int elsewhere = 0;
  for (const json& request : run.Requests()) {
    if (request["host"] == "hub") {
      CHECK(request["authorization"] == "Bearer " + std::string(kToken));
      ++at_hub;
    } else {
      CHECK(request["authorization"] == "");
      ++elsewhere;
    }
  }
  CHECK(at_hub == 3);
  CHECK(elsewhere == 1);
  const std::string log = ReadFileBytes(run.folder() / "pull.log");
  CHECK(log.find("resolve") != std::string::npos);
  for (const std::string& text : {log, result.err, result.out}) {
    CHECK(text.find(kToken) == std::string::npos);
    CHECK(text.find("signature=") == std::string::npos);
  }
}

TEST_CASE(
    "ModelPullSecrets: a login's token file is used, unless told not to") {
  ModelPullRun run;
  run.SetRepository({{"token", kToken}});
  run.Write("hf/token", std::string(kToken) + "\n");
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  REQUIRE(run.Stage({"models", "remove", "tiny"}).exit_code == 0);
  run.SetVariable("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 10);
}

TEST_CASE("ModelPullSecrets: a gated model says what to do") {
  ModelPullRun run;
  run.SetRepository({{"token", kToken}});
  RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 10);
  CHECK(result.err.find("HF_TOKEN") != std::string::npos);
  CHECK(result.err.find(run.hub() + "/room/tiny") != std::string::npos);
  run.SetVariable("HF_TOKEN", "hf_wrong");
  result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 10);
  CHECK(result.err.find("refused") != std::string::npos);
  CHECK(result.err.find("hf_wrong") == std::string::npos);
  run.SetVariable("HF_TOKEN", kToken);
  run.SetRepository({{"token", kToken}, {"gated", true}});
  result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 10);
  CHECK(result.err.find("accept its licence") != std::string::npos);
}

TEST_CASE("ModelPullSecrets: no token travels in the clear") {
  ModelPullRun run;
  run.SetVariable("HF_TOKEN", kToken);
  run.SetVariable("HF_ENDPOINT", "http://mirror.invalid");
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 10);
  CHECK(result.err.find("https") != std::string::npos);
  CHECK(result.err.find(kToken) == std::string::npos);
  run.SetVariable("HF_TOKEN", "two words");
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 10);
}

}  // namespace
}  // namespace stage::test
