#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

/// The seed that a dry run with these sources plans with.
uint64_t PlannedSeed(const StageRun& run, std::vector<std::string> more = {}) {
  run.WritePhoto("a.jpg");
  std::vector<std::string> arguments = {
      "generate", "a.jpg", "--dry-run", "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const RunResult result = run.Stage(arguments);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const auto plan = nlohmann::json::parse(result.out);
  return plan["jobs"][0]["parameters"].value("seed", uint64_t{0});
}

TEST_CASE("OptionSources: flag over environment over table over top level") {
  StageRun run;
  CHECK(PlannedSeed(run) == 0);
  run.Write(".config/stage/config.toml", "seed = 1\n");
  CHECK(PlannedSeed(run) == 1);
  run.Write(".config/stage/config.toml", "seed = 1\n[generate]\nseed = 2\n");
  CHECK(PlannedSeed(run) == 2);
  run.SetVariable("STAGE_SEED", "3");
  CHECK(PlannedSeed(run) == 3);
  CHECK(PlannedSeed(run, {"--seed", "4"}) == 4);
}

TEST_CASE("OptionSources: a table of another command does not count") {
  StageRun run;
  run.Write(".config/stage/config.toml", "[upscale]\nseed = 2\n");
  CHECK(PlannedSeed(run) == 0);
}

TEST_CASE("OptionSources: --config names the file to read instead") {
  StageRun run;
  run.Write(".config/stage/config.toml", "seed = 1\n");
  run.Write("mine.toml", "seed = 7\n");
  CHECK(PlannedSeed(run, {"--config", "mine.toml"}) == 7);
  CHECK(PlannedSeed(run, {"--config=mine.toml"}) == 7);
  const RunResult missing =
      run.Stage({"generate", "a.jpg", "--dry-run", "--config", "none.toml"});
  CHECK(missing.exit_code == 2);
  CHECK(missing.err.find("none.toml") != std::string::npos);
}

TEST_CASE(
    "OptionSources: a list in the file is replaced, not joined, by flags") {
  StageRun run;
  run.WritePhoto("a.jpg");
  run.Write(".config/stage/config.toml",
            "[generate]\ndisclose = [\"metadata\", \"caption\"]\n");
  const auto disclose = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {
        "generate", "a.jpg", "--dry-run", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run.Stage(arguments).out;
  };
  CHECK(disclose({}).find("caption") != std::string::npos);
  CHECK(disclose({"--disclose", "pair"}).find("caption") == std::string::npos);
}

TEST_CASE(
    "OptionSources: a wrong key gets a suggestion, a wrong value is told") {
  StageRun run;
  run.WritePhoto("a.jpg");
  run.Write(".config/stage/config.toml", "stlye = \"modern\"\n");
  RunResult result = run.Stage({"generate", "a.jpg", "--dry-run"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("'style'") != std::string::npos);
  CHECK(result.err.find("config.toml") != std::string::npos);

  run.Write(".config/stage/config.toml", "variants = 99\n");
  result = run.Stage({"generate", "a.jpg", "--dry-run"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("1 to 20") != std::string::npos);
  CHECK(result.err.find("config.toml") != std::string::npos);

  run.Write(".config/stage/config.toml", "");
  run.SetVariable("STAGE_VARIANTS", "many");
  result = run.Stage({"generate", "a.jpg", "--dry-run"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("STAGE_VARIANTS") != std::string::npos);
}

TEST_CASE("OptionSources: switches can be set and taken back") {
  StageRun run;
  run.WritePhoto("sub/a.jpg");
  run.Write("list/.keep", "");
  run.Write(".config/stage/config.toml", "recursive = true\n");
  CHECK(run.Stage({"generate", ".", "--dry-run"}).exit_code == 0);
  run.Write(".config/stage/config.toml", "recursive = false\n");
  CHECK(run.Stage({"generate", ".", "--dry-run"}).exit_code == 2);
}

}  // namespace
}  // namespace stage::test
