#include <doctest/doctest.h>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

/// Runs and expects wrong usage: exit code 2, one line on stderr.
std::string UsageError(const std::vector<std::string>& arguments) {
  const RunResult result = StageRun().Stage(arguments);
  CHECK(result.exit_code == 2);
  CHECK(result.out == "");
  CHECK(Lines(result.err).size() == 1);
  CHECK(result.err.starts_with("stage: "));
  return result.err;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Usage: a mistyped command gets a suggestion") {
  CHECK(Has(UsageError({"genrate", "x.jpg"}),
            "unknown command 'genrate', did you mean 'generate'?"));
  CHECK(Has(UsageError({"presets", "lst"}), "did you mean 'list'?"));
}

TEST_CASE("Usage: a mistyped option gets a suggestion") {
  CHECK(Has(UsageError({"generate", "--stlye", "modern", "x.jpg"}),
            "unknown option '--stlye', did you mean '--style'?"));
  CHECK(Has(UsageError({"generate", "x.jpg", "--varients=3"}),
            "did you mean '--variants'?"));
}

TEST_CASE("Usage: a wrong word gets a suggestion or the list") {
  CHECK(Has(UsageError({"generate", "--fidelity", "strickt", "x.jpg"}),
            "unknown fidelity 'strickt', did you mean 'strict'?"));
  CHECK(Has(UsageError({"generate", "--budget", "luxurious", "x.jpg"}),
            "use low, mid or high"));
  CHECK(Has(UsageError({"generate", "--backend", "vasi", "x.jpg"}),
            "did you mean 'vsai'?"));
  CHECK(Has(UsageError({"declutter", "--keep", "rug", "x.jpg"}),
            "did you mean 'rugs'?"));
}

TEST_CASE("Usage: numbers are checked against their range") {
  CHECK(Has(UsageError({"generate", "--variants", "0", "x.jpg"}),
            "--variants: must be a whole number, 1 to 20, not '0'"));
  CHECK(Has(UsageError({"generate", "--camera-height", "tall", "x.jpg"}),
            "must be a number, 0.2 to 10, not 'tall'"));
  CHECK(Has(UsageError({"generate", "--seed", "-1", "x.jpg"}), "--seed"));
  CHECK(Has(UsageError({"generate", "--max-bytes", "12", "x.jpg"}), "3M"));
}

TEST_CASE("Usage: what is missing is said") {
  CHECK(Has(UsageError({}), "no command given: use generate, edit"));
  CHECK(Has(UsageError({"generate"}), "no photos given"));
  CHECK(Has(UsageError({"models"}), "use list, pull, verify"));
  CHECK(Has(UsageError({"report"}), "FOLDER"));
}

TEST_CASE("Usage: combinations that cannot be are refused") {
  CHECK(Has(UsageError({"edit", "x.jpg"}), "exactly one of"));
  CHECK(Has(UsageError({"edit", "--remove", "x.jpg"}), "need --mask"));
  CHECK(Has(UsageError({"edit", "--remove", "--mask", "1,2,3", "x.jpg"}),
            "a box is x,y,w,h"));
  CHECK(Has(UsageError({"declutter", "--mask", "1, 2, 3, 4", "x.jpg"}),
            "a box is x,y,w,h"));
  CHECK(Has(UsageError({"edit", "--prompt", "a", "--season", "b", "x.jpg"}),
            "exactly one of"));
  CHECK(Has(UsageError({"edit", "--object", "sofa", "--mask", "m", "x.jpg"}),
            "CATEGORY:NAME"));
  CHECK(Has(UsageError({"edit", "--sky", "clear", "--mask", "m", "x.jpg"}),
            "whole photo"));
  CHECK(Has(
      UsageError({"upscale", "--factor", "2", "--long-edge", "4000", "x.jpg"}),
      "one size"));
  CHECK(Has(UsageError({"generate", "--set", "a=b", "x.jpg"}), "for vendors"));
  CHECK(Has(UsageError({"generate", "--base-url", "http://x", "x.jpg"}),
            "for vendors"));
  CHECK(Has(UsageError({"generate", "--tier", "pro", "x.jpg"}), "vsart"));
}

TEST_CASE("Usage: a photo that does not exist is named") {
  CHECK(Has(UsageError({"generate", "nowhere.jpg"}), "nowhere.jpg"));
}

TEST_CASE("Usage: an unknown style is refused before anything is planned") {
  StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result =
      run.Stage({"generate", "--style", "scandinavien", "a.jpg"});
  CHECK(result.exit_code == 2);
  CHECK(Has(result.err, "scandinavian"));
  CHECK_FALSE(std::filesystem::exists(run.folder() / "staged"));
}

TEST_CASE("Usage: a graphics device the render engine lacks is code 14") {
  StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result = run.Stage({"generate", "--device", "cuda", "a.jpg"});
  CHECK(result.exit_code == 14);
  CHECK(Has(result.err, "--device auto"));
}

}  // namespace
}  // namespace stage::test
