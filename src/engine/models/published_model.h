#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/models/clip_tokenizer.h"
#include "engine/models/load_weights.h"

namespace stage::models {

/// One network of a published model: what describes it, and its weights.
struct ModelPart {
  nlohmann::json config;
  Checkpoint weights;
  NameInCheckpoint name_in_checkpoint = {};
};

/// What the part's weights will take, in bytes.
/// @param type  of floating-point weights
int64_t WeightBytes(const ModelPart& part, torch::ScalarType type);

/// Reads `folder/config.json` and the weights beside it.
/// @throws Error(kModel)
ModelPart ReadPart(const std::filesystem::path& folder);

/// A published Stable Diffusion model, however it is stored. Parts are called
/// "unet", "vae", "text_encoder", "text_encoder_2".
class PublishedModel {
 public:
  virtual ~PublishedModel() = default;
  virtual bool Has(const std::string& part) const = 0;
  /// @throws Error(kModel)
  virtual ModelPart Part(const std::string& name) const = 0;
  /// What scheduler_config.json says. @throws Error(kModel)
  virtual nlohmann::json Scheduler() const = 0;
  /// What model_index.json says. @throws Error(kModel)
  virtual nlohmann::json Index() const = 0;
  /// @param name  "tokenizer" or "tokenizer_2". @throws Error(kModel)
  virtual ClipTokenizer Tokenizer(const std::string& name) const = 0;
};

/// A folder as Hugging Face publishes them: model_index.json and a folder a
/// part.
std::unique_ptr<PublishedModel> OpenModelFolder(
    const std::filesystem::path& folder);

}  // namespace stage::models
