#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/run_stage.h"
#include "support/server_process.h"

namespace stage::test {

/// Runs `stage models` with a hub server of its own, a registry of its own
/// (models "tiny" of a repository, "tiny-too" that shares a file with it, and
/// "plain" of a web address) and an empty cache.
class ModelPullRun : public StageRun {
 public:
  ModelPullRun();

  std::string hub() const { return server_.address().at("hub"); }
  std::string cdn() const { return server_.address().at("cdn"); }
  /// Another repository; keys as the server takes them replace the usual.
  void SetRepository(const nlohmann::json& changes) const;
  void Plan(const nlohmann::json& fault) const;
  /// Has the registry name a revision for "tiny".
  void Pin(const std::string& revision) const;
  /// The requests for files of this name, or all.
  std::vector<nlohmann::json> Requests(const std::string& part = "") const;
  void ForgetRequests() const;

  std::filesystem::path repository() const {
    return folder() / "hf/hub/models--room--tiny";
  }
  std::filesystem::path snapshot() const;
  /// The bytes the server has for the large file.
  static std::string WeightBytes();

 private:
  void WriteRegistry(const std::string& file,
                     const nlohmann::json& models) const;

  ServerProcess server_;
};

constexpr auto kCommit = "0123456789abcdef0123456789abcdef01234567";
constexpr auto kWeights = "unet/model.safetensors";
constexpr size_t kWeightBytes = 1'500'000;
constexpr auto kToken = "hf_VerySecretToken123";

}  // namespace stage::test
