#include "cli/models/model_folder.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/models/checkpoint_file.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Throws with what is wrong with the folder.
class FolderReader {
 public:
  explicit FolderReader(const fs::path& folder) : folder_(folder) {}

  [[noreturn]] void Fail(const std::string& why) const {
    throw Error(ErrorKind::kModel, "--model " + Utf8Path(folder_) + ": " + why);
  }
  void Need(const std::string& file) const {
    if (fs::is_regular_file(folder_ / file)) return;
    Fail("has no " + file +
         "; a model's folder in Hugging Face's layout has model_index.json, "
         "scheduler, tokenizer, text_encoder, unet and vae" +
         (fs::is_directory(folder_ / "snapshots")
              ? "; this one is of their cache: name a folder in its snapshots"
              : ""));
  }
  json Config(const std::string& file) const {
    Need(file);
    std::ifstream in(folder_ / file);
    const json config = json::parse(in, nullptr, false);
    if (!config.is_object()) Fail(file + " is not what it should be: JSON");
    return config;
  }
  /// Files of weights in a part's folder, in order.
  std::vector<fs::path> Weights(const std::string& part) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_ / part)) {
      const std::string extension = entry.path().extension();
      if ((extension == ".safetensors" || extension == ".bin") &&
          entry.is_regular_file()) {
        files.push_back(entry.path());
      }
    }
    if (files.empty()) {
      Fail("has no weights in " + part +
           " (.safetensors or .bin); they were not fetched with the rest");
    }
    std::sort(files.begin(), files.end());
    return files;
  }

 private:
  const fs::path& folder_;
};

std::string FamilyOf(const json& unet) {
  if (unet.value("addition_embed_type", json()) == "text_time") return "sdxl";
  const json width = unet.value("cross_attention_dim", json());
  return width == 1024 ? "sd2" : "sd15";
}

}  // namespace

ModelFolder ReadModelFolder(const fs::path& folder) {
  const FolderReader read(folder);
  std::string described = read.Config("model_index.json").dump() +
                          read.Config("scheduler/scheduler_config.json").dump();
  const json unet = read.Config("unet/config.json");
  ModelFolder model{.path = fs::canonical(folder), .family = FamilyOf(unet)};
  std::vector<std::string> parts = {"unet", "vae", "text_encoder"};
  std::vector<std::string> tokenizers = {"tokenizer"};
  if (model.family == "sdxl") {
    parts.emplace_back("text_encoder_2");
    tokenizers.emplace_back("tokenizer_2");
  }
  for (const std::string& tokenizer : tokenizers) {
    read.Need(tokenizer + "/vocab.json");
    read.Need(tokenizer + "/merges.txt");
  }
  for (const std::string& part : parts) {
    described += read.Config(part + "/config.json").dump();
    for (const fs::path& file : read.Weights(part)) {
      described += part + "/" + file.filename().string() + ":" +
                   FileIdentityText(file) + "\n";
    }
  }
  model.identity = Sha256Hex(described);
  return model;
}

}  // namespace stage::cli
