#include "diffusion/full_size_model.h"

#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/write_tensors.h"

namespace stage::bench {
namespace {

using torch::Tensor;

constexpr int64_t kBlockSize = 1 << 20;

/// Numbers of standard deviation `deviation`: one drawn block over and over,
/// since drawing a billion takes longer than the measurement.
Tensor Random(torch::IntArrayRef shape,
              double deviation,
              const models::Placement& placement) {
  static const Tensor block = [] {
    torch::manual_seed(1);
    return torch::randn({kBlockSize});
  }();
  Tensor numbers = torch::empty(
      shape, torch::TensorOptions(placement.type).device(placement.device));
  const Tensor scaled = (block * deviation).to(numbers.options());
  const Tensor flat = numbers.view({-1});
  for (int64_t begin = 0; begin < flat.size(0); begin += kBlockSize) {
    const int64_t count = std::min(kBlockSize, flat.size(0) - begin);
    flat.narrow(0, begin, count).copy_(scaled.narrow(0, 0, count));
  }
  return numbers;
}

void Fill(torch::nn::Module& module, const models::Placement& placement) {
  const torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    Tensor& weight = item.value();
    const bool is_norm = weight.dim() == 1 && item.key().ends_with("weight");
    const int64_t inputs =
        weight.dim() > 1 ? weight.numel() / weight.size(0) : 1;
    Tensor numbers = Random(
        weight.sizes(),
        weight.dim() > 1 ? 1 / std::sqrt(static_cast<double>(inputs)) : 0.02,
        placement);
    if (is_norm) numbers.add_(1);
    weight.set_data(numbers);
  }
  module.eval();
}

}  // namespace

models::UNet2DConditionModel RandomUNet(const models::ModelFamily& model,
                                        const models::Placement& placement) {
  models::UNet2DConditionModel unet(
      models::UNet2DConditionConfig::FromJson(model.parts.at("unet")));
  Fill(*unet, placement);
  return unet;
}

models::AutoencoderKL RandomVae(const models::ModelFamily& model,
                                const models::Placement& placement) {
  models::AutoencoderKL vae(
      models::AutoencoderKLConfig::FromJson(model.parts.at("vae")));
  Fill(*vae, placement);
  return vae;
}

models::ClipTextModel RandomText(const models::ModelFamily& model,
                                 const std::string& part,
                                 const models::Placement& placement) {
  models::ClipTextModel text(
      models::ClipTextConfig::FromJson(model.parts.at(part)));
  Fill(*text, placement);
  return text;
}

models::Conditioning RandomConditioning(const models::ModelFamily& model,
                                        int64_t batch,
                                        const models::Placement& placement) {
  models::Conditioning conditioning;
  const auto config =
      models::UNet2DConditionConfig::FromJson(model.parts.at("unet"));
  conditioning.context.text =
      Random({batch, 77, config.cross_attention_dim}, 1, placement);
  if (config.adds_text_time) {
    const int64_t pooled = config.projection_class_embeddings_input_dim -
                           6 * config.addition_time_embed_dim;
    conditioning.text_embeds = Random({batch, pooled}, 1, placement);
    conditioning.time_ids = torch::tensor({model.side_px,
                                           model.side_px,
                                           int64_t{0},
                                           int64_t{0},
                                           model.side_px,
                                           model.side_px})
                                .repeat({batch, 1})
                                .to(placement.device);
  }
  return conditioning;
}

void WriteHalf(const torch::nn::Module& module,
               const nlohmann::json& config,
               const std::filesystem::path& folder,
               const std::string& file_name) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "config.json") << config;
  test::NamedTensors halves;
  for (const auto& item : module.named_parameters()) {
    halves[item.key()] = item.value().to(torch::kCPU, torch::kFloat16);
  }
  test::WriteTensors(halves, folder / file_name);
}

}  // namespace stage::bench
