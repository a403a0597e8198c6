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

TEST_CASE("stage upscale: --model enlarges by the model that it names") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const fs::path models = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";
  const fs::path own = run.folder() / ".local/share/stage/models/realesrgan-x4";
  const std::vector<std::string> command = {"upscale",
                                            "a.jpg",
                                            "--factor",
                                            "4",
                                            "--json",
                                            "--restart",
                                            "--model",
                                            "realesrgan-x4"};
  const RunResult absent = run.Stage(command);
  CHECK(absent.exit_code == 13);
  CHECK(absent.err.find("stage models pull realesrgan-x4") !=
        std::string::npos);
  fs::create_directories(own);
  fs::copy(models / "upscale_rrdb_x4/model.pth", own / "RealESRGAN_x4plus.pth");
  // Random weights make another picture of it, which is never delivered.
  const RunResult random = run.Stage(command);
  CHECK(random.exit_code == 3);
  CHECK(random.err.find("shows something else") != std::string::npos);
  // A network that enlarges twice needs two passes; by its file.
  const fs::path weights =
      fs::path(STAGE_SOURCE_DIR) / "weights/compact-x2.safetensors";
  const RunResult by_file = run.Stage({"upscale",
                                       "a.jpg",
                                       "--factor",
                                       "4",
                                       "--json",
                                       "-o",
                                       "twice",
                                       "--model",
                                       weights.string()});
  CAPTURE(by_file.err);
  REQUIRE(by_file.exit_code == 0);
  const auto record = nlohmann::json::parse(Lines(by_file.out)[0]);
  CHECK(record["engine"]["models"][0]["name"] == "compact-x2.safetensors");
  CHECK(record["details"]["passes"] == 2);
}

TEST_CASE("stage upscale: --model refuses what does not enlarge photos") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult other = run.Stage({"upscale", "a.jpg", "--model", "lama"});
  CHECK(other.exit_code == 2);
  CHECK(other.err.find("is for fill") != std::string::npos);
  const RunResult none = run.Stage({"upscale", "a.jpg", "--model", "nothing"});
  CHECK(none.exit_code == 13);
  CHECK(none.err.find("neither a file nor a model") != std::string::npos);
  const RunResult remote = run.Stage(
      {"upscale", "a.jpg", "--model", "realesrgan-x4", "--backend", "vsart"});
  CHECK(remote.exit_code == 2);
  const fs::path same = fs::path(STAGE_SOURCE_DIR) /
                        "tests/parity/models/upscale_rrdb_x1/model.pth";
  const RunResult flat =
      run.Stage({"upscale", "a.jpg", "--model", same.string()});
  CHECK(flat.err.find("without enlarging") != std::string::npos);
}

}  // namespace
}  // namespace stage::test
