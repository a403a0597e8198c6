#include "engine/models/published_model.h"

#include "engine/models/model_config.h"

namespace stage::models {
namespace {

class ModelFolder final : public PublishedModel {
 public:
  explicit ModelFolder(std::filesystem::path folder)
      : folder_(std::move(folder)) {}

  bool Has(const std::string& part) const override {
    return std::filesystem::exists(folder_ / part);
  }
  ModelPart Part(const std::string& name) const override {
    return ReadPart(folder_ / name);
  }
  nlohmann::json Scheduler() const override {
    return ReadModelConfig(folder_ / "scheduler", "scheduler_config.json");
  }
  nlohmann::json Index() const override {
    return ReadModelConfig(folder_, "model_index.json");
  }
  ClipTokenizer Tokenizer(const std::string& name) const override {
    return ClipTokenizer(folder_ / name);
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace

int64_t WeightBytes(const ModelPart& part, torch::ScalarType type) {
  int64_t numbers = 0;
  for (const auto& [name, tensor] : part.weights.tensors) {
    numbers += tensor.numel();
  }
  return numbers * static_cast<int64_t>(c10::elementSize(type));
}

ModelPart ReadPart(const std::filesystem::path& folder) {
  return {ReadModelConfig(folder), ReadCheckpoint(folder)};
}

std::unique_ptr<PublishedModel> OpenModelFolder(
    const std::filesystem::path& folder) {
  return std::make_unique<ModelFolder>(folder);
}

}  // namespace stage::models
