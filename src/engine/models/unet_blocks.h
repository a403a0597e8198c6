#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <vector>

#include "engine/models/resnet_block.h"
#include "engine/models/transformer_2d.h"
#include "engine/models/unet_config.h"

namespace stage::models {

/// Resnets, each followed by a transformer in cross-attention blocks, then
/// half the size. Every intermediate result becomes a skip.
class UNetDownBlock : public torch::nn::Module {
 public:
  UNetDownBlock(const UNet2DConditionConfig& config, size_t index);
  torch::Tensor forward(torch::Tensor x,
                        const torch::Tensor& time,
                        const AttentionContext& context,
                        std::vector<torch::Tensor>& skips);
  void AppendCrossAttentions(std::vector<CrossAttention>& all) const;

 private:
  torch::nn::ModuleList resnets = nullptr, attentions = nullptr,
                        downsamplers = nullptr;
};

class UNetMidBlock : public torch::nn::Module {
 public:
  explicit UNetMidBlock(const UNet2DConditionConfig& config);
  torch::Tensor forward(torch::Tensor x,
                        const torch::Tensor& time,
                        const AttentionContext& context);
  void AppendCrossAttentions(std::vector<CrossAttention>& all) const;

 private:
  torch::nn::ModuleList resnets = nullptr, attentions = nullptr;
};

/// Resnets that take the skips back, last first, then the next skip's size.
class UNetUpBlock : public torch::nn::Module {
 public:
  UNetUpBlock(const UNet2DConditionConfig& config, size_t index);
  torch::Tensor forward(torch::Tensor x,
                        const torch::Tensor& time,
                        const AttentionContext& context,
                        std::vector<torch::Tensor>& skips);
  void AppendCrossAttentions(std::vector<CrossAttention>& all) const;

 private:
  torch::nn::ModuleList resnets = nullptr, attentions = nullptr,
                        upsamplers = nullptr;
};

}  // namespace stage::models
