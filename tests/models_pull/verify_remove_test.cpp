#include <doctest/doctest.h>

#include <fstream>

#include "models_pull/model_pull_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void Damage(const fs::path& file) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(100);
  stream.put('!');
}

TEST_CASE("ModelVerify: damage is found, named, and mended by pull") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  RunResult result = run.Stage({"models", "verify"});
  CHECK(result.exit_code == 0);
  CHECK(result.out == "tiny: 2 files as published\n");
  Damage(run.snapshot() / kWeights);
  result = run.Stage({"models", "verify", "tiny", "--json"});
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("stage models pull tiny") != std::string::npos);
  const json checked = json::parse(result.out);
  REQUIRE(checked.size() == 1);
  CHECK(checked[0]["right"] == json({"config.json"}));
  REQUIRE(checked[0]["deviating"].size() == 1);
  run.ForgetRequests();
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  CHECK(run.Requests("/blobs/").size() == 1);
  CHECK(run.Requests("config.json").empty());
  CHECK(run.Stage({"models", "verify", "tiny"}).exit_code == 0);
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
}

TEST_CASE("ModelVerify: another commit than the registry's is told") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  const std::string wanted(40, 'b');
  run.Pin(wanted);
  // Whole and usable, and not the one.
  const RunResult result = run.Stage({"models", "verify", "tiny"});
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("another commit than " + wanted) != std::string::npos);
  CHECK(result.out.find("stage models pull tiny") != std::string::npos);
  const json checked =
      json::parse(run.Stage({"models", "verify", "tiny", "--json"}).out);
  CHECK(checked[0]["commit"] == kCommit);
  CHECK(checked[0]["expected_commit"] == wanted);
}

TEST_CASE("ModelVerify: a branch is compared with what it was when fetched") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  CHECK(run.Stage({"models", "verify", "tiny"}).out ==
        "tiny: 2 files as published\n");
  // main went on; of what it is now a file is missing here.
  const std::string now(40, 'c');
  run.Write("hf/hub/models--room--tiny/refs/main", now);
  CHECK(run.Stage({"models", "verify", "tiny"})
            .out.find("another commit than " + now) != std::string::npos);
}

TEST_CASE("ModelVerify: what is not installed is said with its command") {
  const ModelPullRun run;
  for (const char* command : {"verify", "path"}) {
    const RunResult result = run.Stage({"models", command, "tiny"});
    CHECK(result.exit_code == 13);
    CHECK(result.err.find("stage models pull tiny' (1.5 MB)") !=
          std::string::npos);
  }
  const RunResult all = run.Stage({"models", "verify"});
  CHECK(all.exit_code == 0);
  CHECK(all.out == "");
}

TEST_CASE("ModelRemove: what another model needs stays") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny", "tiny-too"}).exit_code == 0);
  const RunResult result = run.Stage({"models", "remove", "tiny", "--json"});
  CHECK(result.exit_code == 0);
  CHECK(json::parse(result.out)[0]["freed_bytes"] == kWeightBytes);
  CHECK(run.Stage({"models", "path", "tiny"}).exit_code == 13);
  CHECK(run.Stage({"models", "verify", "tiny-too"}).exit_code == 0);
  CHECK(run.Stage({"models", "remove", "tiny-too"}).exit_code == 0);
  CHECK_FALSE(fs::exists(run.repository()));
  CHECK(run.Stage({"models", "remove", "tiny-too"}).exit_code == 13);
}

TEST_CASE("ModelRemove: files of other tools in the repository stay") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  const fs::path other = run.snapshot() / "README.md";
  run.Write((run.repository() / "blobs" / std::string(40, 'b'))
                .lexically_relative(run.folder()),
            "read me");
  fs::create_symlink("../../blobs/" + std::string(40, 'b'), other);
  CHECK(run.Stage({"models", "remove", "tiny"}).exit_code == 0);
  CHECK(ReadFileBytes(other) == "read me");
  CHECK_FALSE(fs::exists(run.snapshot() / kWeights));
}

TEST_CASE("ModelRemove: links that lead out of the cache are only unlinked") {
  const ModelPullRun run;
  const fs::path outside = run.Write("precious.json", "keep me");
  fs::create_directories(run.snapshot() / "unet");
  fs::create_symlink(outside, run.snapshot() / "config.json");
  fs::create_symlink(outside, run.snapshot() / kWeights);
  CHECK(run.Stage({"models", "remove", "tiny"}).exit_code == 0);
  CHECK(ReadFileBytes(outside) == "keep me");
}

TEST_CASE("ModelRemove: a model of a web address goes with its folder") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "plain"}).exit_code == 0);
  const fs::path folder = run.folder() / ".local/share/stage/models/plain";
  Damage(folder / "weights.pth");
  CHECK(run.Stage({"models", "verify"}).exit_code == 13);
  CHECK(run.Stage({"models", "remove", "plain"}).exit_code == 0);
  CHECK_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace stage::test
