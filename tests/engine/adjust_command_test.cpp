#include <doctest/doctest.h>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

TEST_CASE("stage edit --adjust: little is what was asked for, no failure") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result = run.Stage({"edit", "a.jpg", "--adjust", "warm=2"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  CHECK(std::filesystem::exists(run.folder() / "staged/a.jpg"));
}

}  // namespace
}  // namespace stage::test
