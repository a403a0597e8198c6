#include "models_pull/model_pull_run.h"

namespace stage::test {
namespace {

using nlohmann::json;

json Entry(const std::string& name, const json& files) {
  return {{"name", name},
          {"task", "testing"},
          {"description", "a model for tests"},
          {"repository", "room/tiny"},
          {"license", "Apache-2.0"},
          {"commercial_use", "yes"},
          {"bytes", 1'500'000},
          {"memory_bytes", 3'000'000},
          {"files", files}};
}

json Files() {
  return {{{"name", "config.json"}, {"text", "{\"channels\": 4}"}},
          {{"name", "vocab.json"}, {"text", "{}"}},
          {{"name", kWeights},
           {"bytes", kWeightBytes},
           {"seed", 7},
           {"large", true}},
          {{"name", "weights.pth"}, {"bytes", 200'000}, {"seed", 9}}};
}

json Tiny() {
  return Entry("tiny",
               {"config.json",
                {"unet/model.fp16.safetensors", "unet/model.safetensors"}});
}

}  // namespace

ModelPullRun::ModelPullRun() : server_(STAGE_HUB_SERVER, {}) {
  SetVariable("HF_HOME", (folder() / "hf").string());
  SetVariable("HF_ENDPOINT", hub());
  SetVariable("STAGE_PRESETS_DIR", (folder() / "presets").string());
  json plain = Entry("plain", json::array());
  plain.erase("repository");
  plain["files"].push_back(
      {{"name", "weights.pth"},
       {"url", cdn() + "/blobs/weights.pth"},
       {"sha256",
        "f42cad1e10a0abe088b4c4ed931a5ecfc4b4957834a4dc09d457e432774c30f5"},
       {"bytes", 200'000}});
  WriteRegistry(
      "test.json",
      {Tiny(), Entry("tiny-too", {"config.json", "vocab.json"}), plain});
  SetRepository(json::object());
}

void ModelPullRun::SetRepository(const json& changes) const {
  json repository = {{"name", "room/tiny"},
                     {"commit", kCommit},
                     {"revisions", {"main", "v2", kCommit}},
                     {"files", Files()}};
  repository.update(changes);
  ServerProcess::Control(hub(), "POST", "repository", repository);
}

void ModelPullRun::Pin(const std::string& revision) const {
  json pinned = Tiny();
  pinned["revision"] = revision;
  WriteRegistry("zz-pinned.json", json::array({pinned}));
}

void ModelPullRun::WriteRegistry(const std::string& file,
                                 const json& models) const {
  Write("presets/models/" + file,
        json{{"schema", 1}, {"kind", "models"}, {"models", models}}.dump());
}

void ModelPullRun::Plan(const json& fault) const {
  ServerProcess::Control(hub(), "POST", "fault", fault);
}

std::vector<json> ModelPullRun::Requests(const std::string& part) const {
  std::vector<json> requests;
  for (const json& request : ServerProcess::Control(hub(), "GET", "journal")) {
    const std::string path = request.at("path");
    if (path.find(part) != std::string::npos) requests.push_back(request);
  }
  return requests;
}

void ModelPullRun::ForgetRequests() const {
  ServerProcess::Control(hub(), "DELETE", "journal");
}

std::filesystem::path ModelPullRun::snapshot() const {
  return repository() / "snapshots" / kCommit;
}

std::string ModelPullRun::WeightBytes() {
  std::string bytes(kWeightBytes, '\0');
  uint64_t state = 7;
  for (char& byte : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

}  // namespace stage::test
