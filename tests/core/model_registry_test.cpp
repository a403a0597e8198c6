#include "core/weights/model_registry.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/weights/model_store.h"
#include "support/temp_dir.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json Entry() {
  return {{"name", "depth"},
          {"task", "depth"},
          {"description", "which is nearer"},
          {"repository", "room/depth"},
          {"license", "Apache-2.0"},
          {"commercial_use", "yes"},
          {"bytes", 1000},
          {"memory_bytes", 1000},
          {"files", {"config.json"}}};
}

ModelRegistry LoadWith(const test::TempDir& folder, const json& entry) {
  folder.Write(
      "models/test.json",
      json{{"schema", 1}, {"kind", "models"}, {"models", {entry}}}.dump());
  return ModelRegistry::Load({folder.path()});
}

TEST_CASE("ModelRegistry: what is shipped is sound and serves every task") {
  const ModelRegistry registry =
      ModelRegistry::Load({fs::path(STAGE_SOURCE_DIR) / "presets"});
  std::set<std::string> tasks;
  for (const ModelEntry& model : registry.entries()) {
    CAPTURE(model.name);
    tasks.insert(model.task);
    // What comes from a web address is pinned: nothing else vouches for it.
    for (const ModelFile& file : model.files) {
      if (file.url.empty()) continue;
      CHECK(file.url.starts_with("https://"));
      CHECK(file.sha256.size() == 64);
      CHECK(file.bytes > 0);
    }
    CHECK(model.memory_bytes >= model.bytes / 2);
  }
  // Those of which no published commit was known.
  const std::set<std::string> at_main = {"controlnet-seg", "segformer-b4"};
  for (const ModelEntry& model : registry.entries()) {
    if (model.repository.empty()) continue;
    CAPTURE(model.name);
    if (at_main.contains(model.name)) {
      CHECK(model.revision == "main");
    } else {
      CHECK(IsContentId(model.revision));
      CHECK(model.revision.size() == 40);
    }
  }
  for (const char* task : {"inpainting",
                           "text-to-image",
                           "control",
                           "reference",
                           "refine",
                           "segmentation",
                           "depth",
                           "classification",
                           "upscale",
                           "fill"}) {
    CAPTURE(task);
    CHECK(tasks.contains(task));
  }
}

TEST_CASE("ModelRegistry: a user's entry replaces the one of its name") {
  const test::TempDir folder;
  json entry = Entry();
  entry["name"] = "sd15";
  entry["repository"] = "me/my-own";
  LoadWith(folder, entry);
  const fs::path shipped = fs::path(STAGE_SOURCE_DIR) / "presets";
  const size_t count = ModelRegistry::Load({shipped}).entries().size();
  const ModelRegistry registry = ModelRegistry::Load({shipped, folder.path()});
  CHECK(registry.entries().size() == count);
  CHECK(registry.Get("sd15").repository == "me/my-own");
}

TEST_CASE("ModelRegistry: entries that cannot be right are refused by key") {
  const std::vector<std::pair<std::string, json>> wrong = {
      {"name", "../depth"},
      {"name", "Depth"},
      {"repository", "room"},
      {"repository", "room/.."},
      {"repository", "a/b/c"},
      {"revision", "../main"},
      {"commercial_use", "maybe"},
      {"bytes", -1},
      {"bytes", "1 GB"},
      {"files", json::array()},
      {"files", {"/etc/passwd"}},
      {"files", {"unet/../../x"}},
      {"files", {"unet/"}},
      {"files", {{{"name", "x"}, {"url", "https://a/x"}}}},
      {"licence", "MIT"}};
  for (const auto& [key, value] : wrong) {
    const test::TempDir folder;
    json entry = Entry();
    entry[key] = value;
    CAPTURE(entry.dump());
    try {
      LoadWith(folder, entry);
      FAIL("not refused");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::kInput);
      CHECK(std::string(error.what()).find("test.json") != std::string::npos);
      CHECK(std::string(error.what()).find(key) != std::string::npos);
    }
  }
}

TEST_CASE("ModelRegistry: a digest is 64 digits, and a file needs an address") {
  const test::TempDir folder;
  json entry = Entry();
  entry.erase("repository");
  CHECK_THROWS_AS(LoadWith(folder, entry), Error);
  entry["files"] = {
      {{"name", "x.pth"}, {"url", "https://a/x.pth"}, {"sha256", "abc"}}};
  CHECK_THROWS_AS(LoadWith(folder, entry), Error);
  entry["files"][0]["sha256"] = std::string(64, 'a');
  CHECK(LoadWith(folder, entry).Get("depth").files[0].sha256.size() == 64);
}

TEST_CASE("HubCache: the folder follows HF_HUB_CACHE, HF_HOME, XDG and HOME") {
  std::map<std::string, std::string> variables = {{"HOME", "/home/me"}};
  const auto folder = [&] {
    return HubCacheFolder(
        [&](const std::string& name) -> std::optional<std::string> {
          const auto found = variables.find(name);
          if (found == variables.end()) return std::nullopt;
          return found->second;
        });
  };
  CHECK(folder() == "/home/me/.cache/huggingface/hub");
  variables["XDG_CACHE_HOME"] = "/cache";
  CHECK(folder() == "/cache/huggingface/hub");
  variables["HF_HOME"] = "/hf";
  CHECK(folder() == "/hf/hub");
  variables["HF_HUB_CACHE"] = "/weights";
  CHECK(folder() == "/weights");
}

TEST_CASE("FileIdentity: git's and SHA-256's ids tell contents apart") {
  const test::TempDir folder;
  const fs::path file = folder.Write("a.txt", "hello\n");
  // git hash-object, sha256sum
  const std::string git = "ce013625030ba8dba906f756967f9e9ca394464a";
  const std::string sha256 =
      "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
  CHECK(Deviation(file, {git, 6}) == "");
  CHECK(Deviation(file, {sha256, 6}) == "");
  CHECK(Deviation(file, {sha256, 7}) == "has 6 bytes, not 7");
  CHECK(Deviation(file, {std::string(40, '0'), 6}) != "");
  CHECK(Deviation(file, {std::string(64, '0'), 6}) != "");
  CHECK(Deviation(folder.path() / "none", {}) == "is missing");
}

}  // namespace
}  // namespace stage
