#include <doctest/doctest.h>

#include <csignal>
#include <thread>

#include "models_pull/model_pull_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

TEST_CASE("ModelPull: files land where Hugging Face's tools look for them") {
  const ModelPullRun run;
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(result.out == run.snapshot().string() + "\n");
  CHECK(result.err.find(kWeights) != std::string::npos);
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
  CHECK(ReadFileBytes(run.snapshot() / "config.json") == "{\"channels\": 4}");
  CHECK(ReadFileBytes(run.repository() / "refs/main") == kCommit);
  const fs::path link = fs::read_symlink(run.snapshot() / kWeights);
  CHECK(link.is_relative());
  CHECK(link.string().starts_with("../../../blobs/"));
  CHECK(link.filename().string().size() == 64);
  CHECK(fs::read_symlink(run.snapshot() / "config.json")
            .filename()
            .string()
            .size() == 40);
  // Nothing unfinished, and nothing that was not asked for.
  int blobs = 0;
  for (const auto& blob : fs::directory_iterator(run.repository() / "blobs")) {
    CHECK(blob.path().extension() != ".incomplete");
    ++blobs;
  }
  CHECK(blobs == 2);
}

TEST_CASE("ModelPull: what is here is not fetched again") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  run.ForgetRequests();
  REQUIRE(run.Stage({"models", "pull", "tiny", "-q"}).exit_code == 0);
  CHECK(run.Requests("resolve").empty());
  CHECK(run.Requests("blobs").empty());
}

TEST_CASE("ModelPull: a model that another tool fetched is used as it is") {
  const ModelPullRun run;
  const fs::path snapshot = "hf/hub/models--room--tiny/snapshots";
  run.Write(snapshot / kCommit / "config.json", "{}");
  run.Write(snapshot / kCommit / "unet/model.safetensors", "weights");
  const json models =
      json::parse(run.Stage({"models", "list", "--installed", "--json"}).out);
  REQUIRE(models.size() == 1);
  CHECK(models[0]["name"] == "tiny");
  CHECK(models[0]["path"] == run.snapshot().string());
  CHECK(models[0]["bytes"] == 9);
  CHECK(run.Requests().empty());
}

TEST_CASE("ModelPull: another revision lies beside the registry's") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny", "--revision", "v2"}).exit_code ==
          0);
  CHECK(ReadFileBytes(run.repository() / "refs/v2") == kCommit);
  CHECK_FALSE(fs::exists(run.repository() / "refs/main"));
  CHECK(run.Stage({"models", "path", "tiny"}).out ==
        run.snapshot().string() + "\n");
  const RunResult unknown =
      run.Stage({"models", "pull", "tiny", "--revision", "v3"});
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.find("v3") != std::string::npos);
  CHECK(run.Stage({"models", "pull", "tiny", "--revision", "../../x"})
            .exit_code == 2);
}

TEST_CASE("ModelPull: a commit that the registry names is what is fetched") {
  const ModelPullRun run;
  run.Pin(kCommit);
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  CHECK_FALSE(run.Requests(std::string("revision/") + kCommit).empty());
  CHECK(run.Requests("revision/main").empty());
  // The layout has references for branches and tags alone.
  CHECK_FALSE(fs::exists(run.repository() / "refs"));
  CHECK(run.Stage({"models", "path", "tiny"}).out ==
        run.snapshot().string() + "\n");
  // A server that gives another commit under its name.
  run.SetRepository({{"commit", std::string(40, 'a')}});
  const RunResult other = run.Stage({"models", "pull", "tiny"});
  CHECK(other.exit_code == 12);
  CHECK(other.err.find(std::string(40, 'a')) != std::string::npos);
  CHECK_FALSE(
      fs::exists(run.repository() / "snapshots" / std::string(40, 'a')));
}

TEST_CASE("ModelPull: two programs at once fetch each file once") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "slow"}});
  const pid_t first = run.Start({"models", "pull", "tiny", "-q"});
  const StageRun& other = run;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  // The second writes its output over the first's: only codes are compared.
  const pid_t second = other.Start({"models", "pull", "tiny", "-q"});
  CHECK(run.Finish(second).exit_code == 0);
  CHECK(run.Finish(first).exit_code == 0);
  CHECK(run.Requests("/blobs/").size() == 1);
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
}

/// Waits until more than 200 kB of the weights have arrived.
/// @return the file they grow in; empty when they do not come
fs::path WaitForPart(const ModelPullRun& run) {
  for (int i = 0; i < 500; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::error_code none;
    for (const auto& blob :
         fs::directory_iterator(run.repository() / "blobs", none)) {
      if (blob.path().extension() == ".incomplete" &&
          fs::file_size(blob.path(), none) > 200'000) {
        return blob.path();
      }
    }
  }
  return {};
}

TEST_CASE("ModelPull: a killed or interrupted download goes on where it was") {
  for (const int signal : {SIGKILL, SIGINT}) {
    CAPTURE(signal);
    const ModelPullRun run;
    run.Plan({{"file", kWeights}, {"kind", "slow"}});
    const pid_t process = run.Start({"models", "pull", "tiny"});
    const fs::path part = WaitForPart(run);
    kill(process, signal);
    CHECK(run.Finish(process).exit_code == (signal == SIGINT ? 130 : 137));
    REQUIRE(!part.empty());
    const auto there = fs::file_size(part);
    REQUIRE(there < kWeightBytes);
    CHECK_FALSE(fs::exists(run.snapshot() / kWeights));
    run.ForgetRequests();
    CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
    const auto requests = run.Requests("/blobs/");
    REQUIRE(requests.size() == 1);
    CHECK(requests[0]["range"] == "bytes=" + std::to_string(there) + "-");
    CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
  }
}

TEST_CASE("ModelPull: files of a web address are kept and compared too") {
  const ModelPullRun run;
  const RunResult result = run.Stage({"models", "pull", "plain"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const fs::path folder = run.folder() / ".local/share/stage/models/plain";
  CHECK(result.out == folder.string() + "\n");
  CHECK(fs::file_size(folder / "weights.pth") == 200'000);
  CHECK(run.Stage({"models", "verify", "plain"}).exit_code == 0);
  CHECK(run.Stage({"models", "pull", "plain", "--revision", "v2"}).exit_code ==
        2);
}

TEST_CASE("ModelPull: progress as JSON lines adds up") {
  const ModelPullRun run;
  const RunResult result =
      run.Stage({"models", "pull", "tiny", "--progress", "json", "--json"});
  REQUIRE(result.exit_code == 0);
  int64_t planned = 0;
  int64_t fetched = 0;
  for (const std::string& line : Lines(result.err)) {
    const json event = json::parse(line);
    if (event["event"] == "pull_planned") planned = event["to_fetch"];
    if (event["event"] == "pull_file") fetched += event["bytes"].get<int64_t>();
  }
  CHECK(planned == kWeightBytes + 15);
  CHECK(fetched == planned);
  const json models = json::parse(result.out);
  REQUIRE(models.size() == 1);
  CHECK(models[0]["commit"] == kCommit);
  CHECK(models[0]["installed"] == true);
}

TEST_CASE("ModelPull: names are checked before anything is asked for") {
  const ModelPullRun run;
  const RunResult result = run.Stage({"models", "pull", "tinny"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("did you mean 'tiny'?") != std::string::npos);
  CHECK(run.Stage({"models", "pull"}).exit_code == 2);
  CHECK(run.Requests().empty());
}

}  // namespace
}  // namespace stage::test
