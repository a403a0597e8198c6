#include "support/tiny_refiner.h"

#include <fstream>

#include "engine/models/model_config.h"
#include "engine/models/unet_2d_condition.h"
#include "support/write_tensors.h"

namespace stage::test {

std::filesystem::path TinyXl() {
  return std::filesystem::path(STAGE_SOURCE_DIR) / "tests/parity/models/sdxl";
}

nlohmann::json TinyRefinerConfig() {
  nlohmann::json config = models::ReadModelConfig(TinyXl() / "unet");
  config["cross_attention_dim"] = 24;
  config["projection_class_embeddings_input_dim"] = 24 + 5 * 8;
  return config;
}

void WriteTinyRefiner(const std::filesystem::path& folder) {
  const nlohmann::json config = TinyRefinerConfig();
  models::UNet2DConditionModel unet(
      models::UNet2DConditionConfig::FromJson(config));
  torch::manual_seed(11);
  NamedTensors tensors;
  for (const auto& item : unet->named_parameters()) {
    tensors[item.key()] = torch::randn_like(item.value()) * 0.1;
  }
  std::filesystem::create_directories(folder / "unet");
  WriteTensors(tensors, folder / "unet/diffusion_pytorch_model.safetensors");
  std::ofstream(folder / "unet/config.json") << config;
  std::filesystem::copy(TinyXl() / "scheduler", folder / "scheduler");
  std::ofstream(folder / "model_index.json")
      << R"({"force_zeros_for_empty_prompt": false})";
}

}  // namespace stage::test
