#include <doctest/doctest.h>

#include "cli/command_names.h"
#include "cli/run_stage.h"

namespace stage::test {
namespace {

TEST_CASE("Help: every command answers with usage, options and exit codes") {
  const StageRun run;
  for (const std::string& command : AllCommandNames(run)) {
    CAPTURE(command);
    std::vector<std::string> words = Words(command);
    words.push_back("--help");
    const RunResult help = run.Stage(words);
    CHECK(help.exit_code == 0);
    CHECK(help.err == "");
    CHECK(help.out.find("Usage: stage" +
                        (command.empty() ? "" : " " + command)) !=
          std::string::npos);
    CHECK(help.out.find("--help") != std::string::npos);
    const size_t codes = help.out.find("\nExit codes:\n");
    REQUIRE(codes != std::string::npos);
    CHECK(help.out.find("130 interrupted", codes) != std::string::npos);
  }
}

TEST_CASE("Help: no line is wider than a terminal") {
  const StageRun run;
  for (const std::string& command : AllCommandNames(run)) {
    std::vector<std::string> words = Words(command);
    words.push_back("--help");
    for (const std::string& line : Lines(run.Stage(words).out)) {
      CAPTURE(line);
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("Help: numbers say their range and default") {
  std::string help;
  for (const std::string& word :
       Words(StageRun().Stage({"generate", "--help"}).out)) {
    help += word + " ";
  }
  CHECK(help.find("1 to 20, default: 1") != std::string::npos);
  CHECK(help.find("(1 to 86400, default: 900; no") != std::string::npos);
  CHECK(help.find("(default: 'staged' in the photo's folder)") !=
        std::string::npos);
}

TEST_CASE("Help: works in spite of a broken configuration") {
  StageRun run;
  run.Write(".config/stage/config.toml", "not = = toml");
  run.SetVariable("STAGE_VARIANTS", "many");
  CHECK(run.Stage({"generate", "--help"}).exit_code == 0);
}

TEST_CASE("Version: is printed alone") {
  const RunResult result = StageRun().Stage({"--version"});
  CHECK(result.exit_code == 0);
  CHECK(result.out.starts_with("stage "));
  CHECK(Lines(result.out).size() == 1);
}

}  // namespace
}  // namespace stage::test
