#include "engine/models/unet_2d_condition.h"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "engine/models/published_model.h"
#include "engine/models/unet_blocks.h"

namespace stage::models {

using torch::Tensor;
using torch::nn::ModuleList;

UNet2DConditionModelImpl::UNet2DConditionModelImpl(UNet2DConditionConfig config)
    : config_(std::move(config)), time_(*this, config_) {
  const auto& channels = config_.block_out_channels;
  conv_in = register_module(
      "conv_in",
      Conv2d(
          config_.in_channels, channels.front(), Conv2dOptions{.padding = 1}));
  down_blocks = register_module("down_blocks", ModuleList());
  up_blocks = register_module("up_blocks", ModuleList());
  for (size_t i = 0; i < channels.size(); ++i) {
    down_blocks->push_back(std::make_shared<UNetDownBlock>(config_, i));
    up_blocks->push_back(std::make_shared<UNetUpBlock>(config_, i));
  }
  mid_block =
      register_module("mid_block", std::make_shared<UNetMidBlock>(config_));
  conv_norm_out = register_module(
      "conv_norm_out",
      GroupNorm(config_.norm_num_groups, channels.front(), config_.norm_eps));
  conv_out = register_module(
      "conv_out",
      Conv2d(
          channels.front(), config_.out_channels, Conv2dOptions{.padding = 1}));
}

Tensor UNet2DConditionModelImpl::forward(const Tensor& sample,
                                         const Tensor& timestep,
                                         const Conditioning& conditioning) {
  const Tensor time = time_.Embed(sample, timestep, conditioning);
  const AttentionContext& context = conditioning.context;
  Tensor hidden = conv_in(sample);
  std::vector<Tensor> skips{hidden};
  for (const auto& block : *down_blocks) {
    hidden = block->as<UNetDownBlock>()->forward(hidden, time, context, skips);
  }
  for (size_t i = 0; i < conditioning.down_residuals.size(); ++i) {
    skips[i] = skips[i] + conditioning.down_residuals[i];
  }
  hidden = mid_block->forward(hidden, time, context);
  if (conditioning.mid_residual.defined()) {
    hidden = hidden + conditioning.mid_residual;
  }
  for (const auto& block : *up_blocks) {
    hidden = block->as<UNetUpBlock>()->forward(hidden, time, context, skips);
  }
  return conv_out(conv_norm_out->WithSilu(hidden));
}

std::vector<CrossAttention> UNet2DConditionModelImpl::cross_attentions() const {
  std::vector<CrossAttention> all;
  for (const auto& block : *down_blocks) {
    block->as<UNetDownBlock>()->AppendCrossAttentions(all);
  }
  for (const auto& block : *up_blocks) {
    block->as<UNetUpBlock>()->AppendCrossAttentions(all);
  }
  mid_block->AppendCrossAttentions(all);
  return all;
}

UNet2DConditionModel MakeUNet(const ModelPart& part,
                              const Placement& placement) {
  UNet2DConditionModel unet(UNet2DConditionConfig::FromJson(part.config));
  LoadWeights(*unet, part.weights, placement, part.name_in_checkpoint);
  unet->eval();
  return unet;
}

UNet2DConditionModel LoadUNet(const std::filesystem::path& folder,
                              const Placement& placement) {
  return MakeUNet(ReadPart(folder), placement);
}

}  // namespace stage::models
