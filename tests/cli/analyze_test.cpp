#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

class AnalyzeRun : public StageRun {
 public:
  AnalyzeRun() { SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE); }
};

TEST_CASE("Analyze: prints one JSON object a photo") {
  const AnalyzeRun run;
  run.WritePhoto("rooms/a.jpg");
  run.WritePhoto("rooms/b.jpg", "2");
  const RunResult result =
      run.Stage({"analyze", "rooms", "--json", "--camera-height", "1.2"});
  CHECK(result.exit_code == 0);
  const auto lines = Lines(result.out);
  REQUIRE(lines.size() == 2);
  const auto scene = nlohmann::json::parse(lines[0]);
  CHECK(scene["photo"].get<std::string>().ends_with("a.jpg"));
  CHECK(scene["camera"]["height_m"] == 1.2);
}

TEST_CASE("Analyze: draws over each photo into the overlay folder") {
  const AnalyzeRun run;
  run.WritePhoto("rooms/a.jpg");
  run.WritePhoto("rooms/up/a.jpg", "2");
  CHECK(run.Stage({"analyze", "rooms", "-r", "--overlay", "drawn"}).exit_code ==
        0);
  CHECK(std::filesystem::exists(run.folder() / "drawn/a.jpg.png"));
  CHECK(std::filesystem::exists(run.folder() / "drawn/up/a.jpg.png"));
}

TEST_CASE("Analyze: a photo without a room is code 3, the others are printed") {
  const AnalyzeRun run;
  run.WritePhoto("rooms/a.jpg");
  run.WritePhoto("rooms/dark.jpg", "2");
  const RunResult result = run.Stage({"analyze", "rooms", "--json"});
  CHECK(result.exit_code == 3);
  const auto lines = Lines(result.out);
  REQUIRE(lines.size() == 2);
  CHECK(nlohmann::json::parse(lines[1])["error"]["kind"] == "geometry");
  CHECK(result.err.find("no room to be seen") != std::string::npos);
}

TEST_CASE("Analyze: its output can be redirected into the photo's sidecar") {
  const AnalyzeRun run;
  run.WritePhoto("a.jpg");
  run.Write("a.jpg.stage.json", "");  // what the shell makes of '>'
  const RunResult result = run.Stage({"analyze", "--json", "a.jpg"});
  CHECK(result.exit_code == 0);
  CHECK(nlohmann::json::parse(result.out)["confidence"] == 0.75);
}

TEST_CASE("Analyze: --pair says in a vendor's words whether two photos fit") {
  const AnalyzeRun run;
  run.WritePhoto("a.jpg");
  run.WritePhoto("b.jpg", "2");
  CHECK(run.Stage({"analyze", "--pair", "a.jpg"}).exit_code == 2);
  CHECK(run.Stage({"analyze", "--pair", "a.jpg", "b.jpg", "--overlay", "o"})
            .exit_code == 2);
  const RunResult same =
      run.Stage({"analyze", "--pair", "a.jpg", "a.jpg", "--json"});
  CHECK(same.exit_code == 0);
  const auto answer = nlohmann::json::parse(same.out);
  CHECK(answer["compatible"] == true);
  CHECK(answer["hard_rejected"] == false);
  CHECK(answer["photos"] == nlohmann::json{"a.jpg", "a.jpg"});
  const RunResult other = run.Stage({"analyze", "--pair", "a.jpg", "b.jpg"});
  CHECK(other.exit_code == 0);
  CHECK(other.out ==
        "the photos cannot be staged as views of one room: nothing in "
        "common\n");
  const RunResult keyless =
      run.Stage({"analyze", "--backend", "vsai", "--pair", "a.jpg", "a.jpg"});
  CHECK(keyless.exit_code == 10);
  CHECK(keyless.err.find("STAGE_VSAI_KEY") != std::string::npos);
}

}  // namespace
}  // namespace stage::test
