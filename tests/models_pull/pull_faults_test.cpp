#include <doctest/doctest.h>

#include "models_pull/model_pull_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// True when nothing of the weights is taken for whole.
bool HasNoWeights(const ModelPullRun& run) {
  return !fs::exists(run.snapshot() / kWeights) &&
         run.Stage({"models", "path", "tiny"}).exit_code == 13;
}

TEST_CASE("ModelPullFaults: a connection cut twice goes on twice") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "cut"}, {"after", 400'000}});
  run.Plan({{"file", kWeights}, {"kind", "cut"}, {"after", 900'000}});
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  const auto requests = run.Requests("/blobs/");
  REQUIRE(requests.size() == 3);
  CHECK(requests[0]["range"] == "");
  const auto begin = [&](size_t i) {
    return std::stoll(requests[i]["range"].get<std::string>().substr(6));
  };
  // A reset may take what was on its way with it, but nothing comes twice
  // that had arrived.
  CHECK(begin(1) > 0);
  CHECK(begin(1) <= 400'000);
  CHECK(begin(2) > begin(1));
  CHECK(begin(2) <= 900'000);
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
}

TEST_CASE("ModelPullFaults: a damaged file is fetched once more") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "corrupt"}});
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  CHECK(run.Requests("/blobs/").size() == 2);
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
}

TEST_CASE("ModelPullFaults: a file that stays damaged is thrown away") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "corrupt"}, {"times", 9}});
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 12);
  CHECK(result.err.find("SHA-256") != std::string::npos);
  CHECK(HasNoWeights(run));
  for (const auto& blob : fs::directory_iterator(run.repository() / "blobs")) {
    CHECK(fs::file_size(blob) < 100);
  }
}

TEST_CASE("ModelPullFaults: a damaged part of an earlier run does not stay") {
  const ModelPullRun run;
  REQUIRE(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  const fs::path blob = fs::canonical(run.snapshot() / kWeights);
  fs::remove(blob);
  run.Write(
      fs::path(blob.string() + ".incomplete").lexically_relative(run.folder()),
      std::string(300'000, 'x'));
  run.ForgetRequests();
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  const auto requests = run.Requests("/blobs/");
  REQUIRE(requests.size() == 2);
  CHECK(requests[0]["range"] == "bytes=300000-");
  CHECK(requests[1]["range"] == "");
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
}

TEST_CASE("ModelPullFaults: a length other than the published is refused") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "short"}, {"times", 9}});
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 12);
  CHECK(result.err.find("750000 bytes, not 1500000") != std::string::npos);
  CHECK(HasNoWeights(run));
}

TEST_CASE("ModelPullFaults: a server without ranges sends all again") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "cut"}, {"after", 400'000}});
  run.Plan({{"file", kWeights}, {"kind", "whole"}});
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  CHECK(ReadFileBytes(run.snapshot() / kWeights) == run.WeightBytes());
}

TEST_CASE(
    "ModelPullFaults: a busy server is asked again, a dead one not for ever") {
  const ModelPullRun run;
  run.Plan({{"file", kWeights}, {"kind", "status"}, {"times", 2}});
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 0);
  CHECK(run.Requests("/blobs/").size() == 3);
  REQUIRE(run.Stage({"models", "remove", "tiny"}).exit_code == 0);
  run.ForgetRequests();
  run.Plan({{"file", kWeights}, {"kind", "status"}, {"times", 99}});
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 12);
  CHECK(run.Requests("/blobs/").size() == 6);
  CHECK(HasNoWeights(run));
}

TEST_CASE("ModelPullFaults: a missing repository or file is said") {
  const ModelPullRun run;
  run.SetRepository({{"name", "someone/else"}});
  RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("room/tiny") != std::string::npos);
  run.SetRepository({{"files", {{{"name", "config.json"}, {"text", "{}"}}}}});
  result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("unet/model.fp16.safetensors") != std::string::npos);
  CHECK(run.Requests("/blobs/").empty());
}

TEST_CASE("ModelPullFaults: too small a disk is noticed beforehand") {
  const ModelPullRun run;
  run.SetRepository({{"files",
                      {{{"name", "config.json"}, {"text", "{}"}},
                       {{"name", kWeights},
                        {"text", "x"},
                        {"large", true},
                        {"listed",
                         {{"size", int64_t{1} << 60},
                          {"lfs",
                           {{"sha256", std::string(64, 'a')},
                            {"size", int64_t{1} << 60}}}}}}}}});
  const RunResult result = run.Stage({"models", "pull", "tiny"});
  CHECK(result.exit_code == 15);
  CHECK(result.err.find("HF_HOME") != std::string::npos);
  CHECK(run.Requests("resolve").empty());
}

TEST_CASE("ModelPullFaults: names a server makes up lead nowhere") {
  const ModelPullRun run;
  for (const char* commit : {"../../../../evil", "main", ""}) {
    run.SetRepository({{"commit", commit}});
    CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 12);
  }
  run.SetRepository({{"files",
                      {{{"name", "config.json"},
                        {"text", "{}"},
                        {"listed", {{"blobId", "../../../../../evil"}}}},
                       {{"name", "../../../../evil"}, {"text", "evil"}},
                       {{"name", kWeights}, {"text", "x"}, {"large", true}}}}});
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 12);
  for (const auto& entry : fs::recursive_directory_iterator(run.folder())) {
    CHECK(entry.path().filename() != "evil");
  }
}

TEST_CASE("ModelPullFaults: an address that nobody answers at is said") {
  ModelPullRun run;
  run.SetVariable("HF_HUB_OFFLINE", "1");
  CHECK(run.Stage({"models", "pull", "tiny"}).err.find("HF_HUB_OFFLINE") !=
        std::string::npos);
  CHECK(run.Requests().empty());
  run.SetVariable("HF_HUB_OFFLINE", "0");
  run.SetVariable("HF_ENDPOINT", run.cdn());
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 13);
  run.SetVariable("HF_ENDPOINT", "file:///etc/passwd");
  CHECK(run.Stage({"models", "pull", "tiny"}).exit_code == 2);
}

}  // namespace
}  // namespace stage::test
