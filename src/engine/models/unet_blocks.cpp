#include "engine/models/unet_blocks.h"

#include <torch/torch.h>

namespace stage::models {
namespace {

using torch::Tensor;
using torch::nn::ModuleList;

ResnetBlock Resnet(const UNet2DConditionConfig& config,
                   int64_t in,
                   int64_t out) {
  return ResnetBlock(ResnetBlockOptions{.in_channels = in,
                                        .out_channels = out,
                                        .time_channels = config.time_channels(),
                                        .groups = config.norm_num_groups,
                                        .epsilon = config.norm_eps});
}

/// @param level  of the contracting half: 0 is the full size
Transformer2D Transformer(const UNet2DConditionConfig& config,
                          int64_t channels,
                          size_t level) {
  return Transformer2D(
      Transformer2DOptions{.channels = channels,
                           .heads = config.heads[level],
                           .depth = config.transformer_layers_per_block[level],
                           .cross_attention_dim = config.cross_attention_dim,
                           .groups = config.norm_num_groups,
                           .linear_projection = config.use_linear_projection});
}

void Append(const ModuleList& attentions, std::vector<CrossAttention>& all) {
  for (const auto& attention : *attentions) {
    for (const CrossAttention& cross :
         attention->as<Transformer2D>()->cross_attentions()) {
      all.push_back(cross);
    }
  }
}

Tensor RunLayer(ModuleList& resnets,
                ModuleList& attentions,
                size_t i,
                const Tensor& x,
                const Tensor& time,
                const AttentionContext& context) {
  const Tensor hidden = resnets[i]->as<ResnetBlock>()->forward(x, time);
  if (i >= attentions->size()) return hidden;
  return attentions[i]->as<Transformer2D>()->forward(hidden, context);
}

}  // namespace

UNetDownBlock::UNetDownBlock(const UNet2DConditionConfig& config,
                             size_t index) {
  resnets = register_module("resnets", ModuleList());
  attentions = register_module("attentions", ModuleList());
  downsamplers = register_module("downsamplers", ModuleList());
  const auto& channels = config.block_out_channels;
  const int64_t out = channels[index];
  for (int64_t i = 0; i < config.layers_per_block; ++i) {
    const int64_t in = i > 0 ? out : channels[index == 0 ? 0 : index - 1];
    resnets->push_back(Resnet(config, in, out));
    if (config.down_block_types[index] == "CrossAttnDownBlock2D") {
      attentions->push_back(Transformer(config, out, index));
    }
  }
  if (index + 1 < channels.size()) {
    downsamplers->push_back(Downsampler(out, DownsamplePadding::kAround));
  }
}

Tensor UNetDownBlock::forward(Tensor x,
                              const Tensor& time,
                              const AttentionContext& context,
                              std::vector<Tensor>& skips) {
  for (size_t i = 0; i < resnets->size(); ++i) {
    x = RunLayer(resnets, attentions, i, x, time, context);
    skips.push_back(x);
  }
  for (const auto& downsampler : *downsamplers) {
    x = downsampler->as<Downsampler>()->forward(x);
    skips.push_back(x);
  }
  return x;
}

void UNetDownBlock::AppendCrossAttentions(
    std::vector<CrossAttention>& all) const {
  Append(attentions, all);
}

UNetMidBlock::UNetMidBlock(const UNet2DConditionConfig& config) {
  resnets = register_module("resnets", ModuleList());
  attentions = register_module("attentions", ModuleList());
  const int64_t channels = config.block_out_channels.back();
  resnets->push_back(Resnet(config, channels, channels));
  resnets->push_back(Resnet(config, channels, channels));
  attentions->push_back(
      Transformer(config, channels, config.block_out_channels.size() - 1));
}

Tensor UNetMidBlock::forward(Tensor x,
                             const Tensor& time,
                             const AttentionContext& context) {
  x = RunLayer(resnets, attentions, 0, x, time, context);
  return resnets[1]->as<ResnetBlock>()->forward(x, time);
}

void UNetMidBlock::AppendCrossAttentions(
    std::vector<CrossAttention>& all) const {
  Append(attentions, all);
}

UNetUpBlock::UNetUpBlock(const UNet2DConditionConfig& config, size_t index) {
  resnets = register_module("resnets", ModuleList());
  attentions = register_module("attentions", ModuleList());
  upsamplers = register_module("upsamplers", ModuleList());
  const auto& channels = config.block_out_channels;
  const size_t level = channels.size() - 1 - index;  // its size's down block
  const int64_t out = channels[level];
  const int64_t before = channels[std::min(level + 1, channels.size() - 1)];
  const int64_t last_skip = channels[level == 0 ? 0 : level - 1];
  for (int64_t i = 0; i <= config.layers_per_block; ++i) {
    const int64_t in = i == 0 ? before : out;
    const int64_t skip = i == config.layers_per_block ? last_skip : out;
    resnets->push_back(Resnet(config, in + skip, out));
    if (config.up_block_types[index] == "CrossAttnUpBlock2D") {
      attentions->push_back(Transformer(config, out, level));
    }
  }
  if (level > 0) upsamplers->push_back(Upsampler(out));
}

Tensor UNetUpBlock::forward(Tensor x,
                            const Tensor& time,
                            const AttentionContext& context,
                            std::vector<Tensor>& skips) {
  for (size_t i = 0; i < resnets->size(); ++i) {
    const Tensor joined = torch::cat({x, skips.back()}, 1);
    skips.pop_back();
    x = RunLayer(resnets, attentions, i, joined, time, context);
  }
  for (const auto& upsampler : *upsamplers) {
    // Odd sizes: the next skip tells what was halved.
    x = upsampler->as<Upsampler>()->forward(
        x, skips.back().size(2), skips.back().size(3));
  }
  return x;
}

void UNetUpBlock::AppendCrossAttentions(
    std::vector<CrossAttention>& all) const {
  Append(attentions, all);
}

}  // namespace stage::models
