#include <doctest/doctest.h>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

struct Refused {
  std::vector<std::string> arguments;
  int exit_code;
};

TEST_CASE("Unavailable: what this version lacks fails with the right code") {
  const std::vector<Refused> cases = {
      {{"edit", "a.jpg", "--select", "oak table"}, 13},
      {{"generate", "a.jpg", "--exterior"}, 13},
      {{"generate", "a.jpg", "--prompt", "more plants"}, 13},
  };
  for (const Refused& refused : cases) {
    const StageRun run;
    run.WritePhoto("a.jpg");
    CAPTURE(refused.arguments);
    const RunResult result = run.Stage(refused.arguments);
    CHECK(result.exit_code == refused.exit_code);
    CHECK(result.out == "");
    CHECK(Lines(result.err).size() == 1);
    CHECK(result.err.find("does not") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(run.folder() / "staged"));
  }
}

TEST_CASE("Unavailable: work that needs weights says how to get them") {
  const std::vector<std::vector<std::string>> commands = {
      {"edit", "a.jpg", "--prompt", "blue walls"},
      {"edit", "a.jpg", "--season", "winter"},
      {"generate", "a.jpg", "--engine", "diffusion"}};
  for (const auto& command : commands) {
    const StageRun run;
    run.WritePhoto("a.jpg");
    const RunResult result = run.Stage(command);
    CHECK(result.exit_code == 13);
    CHECK(result.err.find("'stage models pull sd15-inpainting' (2.1 GB") !=
          std::string::npos);
    CHECK_FALSE(std::filesystem::exists(run.folder() / "staged"));
  }
}

TEST_CASE("Unavailable: seasons are told how to be asked for") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result = run.Stage({"edit", "a.jpg", "--season", "winter"});
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("then describe the season with --prompt") !=
        std::string::npos);
}

TEST_CASE("Unavailable: a whole-photo prompt is told of --adjust") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult whole = run.Stage({"edit", "a.jpg", "--prompt", "a pool"});
  CHECK(whole.err.find("--adjust exposure=+0.3") != std::string::npos);
  const RunResult wish = run.Stage({"edit", "a.jpg", "--prompt", "cooler"});
  CHECK(wish.exit_code == 13);
  CHECK(wish.err.find("this wish needs none: --adjust warm=-10") !=
        std::string::npos);
  const RunResult part =
      run.Stage({"edit", "a.jpg", "--prompt", "a sofa", "--mask", "0,0,4,4"});
  CHECK(part.exit_code == 13);
  CHECK(part.err.find("--adjust") == std::string::npos);
}

TEST_CASE("Unavailable: credits without any key say where one belongs") {
  const StageRun run;
  const RunResult result = run.Stage({"credits"});
  CHECK(result.exit_code == 10);
  CHECK(result.err.find("STAGE_ROOMSTACK_KEY") != std::string::npos);
}

TEST_CASE("Unavailable: a dry run still shows what would be done") {
  for (const char* command : {"declutter", "upscale"}) {
    const StageRun run;
    run.WritePhoto("a.jpg");
    const RunResult result = run.Stage({command, "a.jpg", "--dry-run"});
    CHECK(result.exit_code == 0);
    CHECK(result.out.find(command) != std::string::npos);
  }
}

}  // namespace
}  // namespace stage::test
