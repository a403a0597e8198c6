#include "engine/models/controlnet.h"

#include <torch/torch.h>

#include <cmath>

#include "engine/models/model_config.h"
#include "engine/models/unet_blocks.h"

namespace stage::models {

using torch::Tensor;
using torch::nn::ModuleList;

/// Shrinks the control picture to the latents' size and the UNet's width.
class ConditioningEmbedding : public torch::nn::Module {
 public:
  ConditioningEmbedding(int64_t in,
                        const std::vector<int64_t>& channels,
                        int64_t out) {
    const Conv2dOptions same{.padding = 1};
    const Conv2dOptions half{.stride = 2, .padding = 1};
    conv_in = register_module("conv_in", Conv2d(in, channels.front(), same));
    blocks = register_module("blocks", ModuleList());
    for (size_t i = 0; i + 1 < channels.size(); ++i) {
      blocks->push_back(Conv2d(channels[i], channels[i], same));
      blocks->push_back(Conv2d(channels[i], channels[i + 1], half));
    }
    conv_out = register_module("conv_out", Conv2d(channels.back(), out, same));
  }

  Tensor forward(const Tensor& control) {
    Tensor x = torch::silu(conv_in(control));
    for (const auto& block : *blocks) {
      x = torch::silu(block->as<Conv2d>()->forward(x));
    }
    return conv_out(x);
  }

 private:
  Conv2d conv_in = nullptr, conv_out = nullptr;
  ModuleList blocks = nullptr;
};

void ControlResiduals::Add(const ControlResiduals& other) {
  for (size_t i = 0; i < down.size(); ++i) down[i] = down[i] + other.down[i];
  mid = mid + other.mid;
}

ControlNetImpl::ControlNetImpl(UNet2DConditionConfig config,
                               const std::vector<int64_t>& embedding_channels,
                               int64_t conditioning_channels)
    : config_(std::move(config)), time_(*this, config_) {
  const auto& channels = config_.block_out_channels;
  const Conv2dOptions point{.kernel = 1};
  conv_in = register_module(
      "conv_in",
      Conv2d(
          config_.in_channels, channels.front(), Conv2dOptions{.padding = 1}));
  controlnet_cond_embedding = register_module(
      "controlnet_cond_embedding",
      std::make_shared<ConditioningEmbedding>(
          conditioning_channels, embedding_channels, channels.front()));
  down_blocks = register_module("down_blocks", ModuleList());
  controlnet_down_blocks =
      register_module("controlnet_down_blocks", ModuleList());
  const auto add_residual = [&](int64_t width) {
    controlnet_down_blocks->push_back(Conv2d(width, width, point));
  };
  add_residual(channels.front());
  for (size_t i = 0; i < channels.size(); ++i) {
    down_blocks->push_back(std::make_shared<UNetDownBlock>(config_, i));
    const bool shrinks = i + 1 < channels.size();
    const int64_t skips = config_.layers_per_block + (shrinks ? 1 : 0);
    for (int64_t skip = 0; skip < skips; ++skip) add_residual(channels[i]);
  }
  mid_block =
      register_module("mid_block", std::make_shared<UNetMidBlock>(config_));
  controlnet_mid_block = register_module(
      "controlnet_mid_block", Conv2d(channels.back(), channels.back(), point));
}

ControlResiduals ControlNetImpl::forward(const Tensor& sample,
                                         const Tensor& timestep,
                                         const Conditioning& conditioning,
                                         const Tensor& control,
                                         double scale,
                                         GuessMode guess) {
  const Tensor time = time_.Embed(sample, timestep, conditioning);
  const AttentionContext& context = conditioning.context;
  Tensor hidden = conv_in(sample) + controlnet_cond_embedding->forward(control);
  std::vector<Tensor> skips{hidden};
  for (const auto& block : *down_blocks) {
    hidden = block->as<UNetDownBlock>()->forward(hidden, time, context, skips);
  }
  hidden = mid_block->forward(hidden, time, context);

  ControlResiduals residuals;
  const auto last = static_cast<double>(skips.size());
  for (size_t i = 0; i < skips.size(); ++i) {
    // Guess mode: evenly spaced exponents from -1 (first skip) to 0 (middle).
    const double fade = guess == GuessMode::kOn
                            ? std::pow(10.0, static_cast<double>(i) / last - 1)
                            : 1.0;
    residuals.down.push_back(
        controlnet_down_blocks[i]->as<Conv2d>()->forward(skips[i]) *
        (scale * fade));
  }
  residuals.mid = controlnet_mid_block(hidden) * scale;
  return residuals;
}

ControlNet LoadControlNet(const std::filesystem::path& folder,
                          const Placement& placement) {
  const nlohmann::json json = ReadModelConfig(folder);
  const ModelConfig read(json);
  read.Only("controlnet_conditioning_channel_order", "rgb");
  read.Only("global_pool_conditions", false);
  ControlNet net(
      UNet2DConditionConfig::FromJson(json),
      read.Integers("conditioning_embedding_out_channels", {16, 32, 96, 256}),
      read.Integer("conditioning_channels", 3));
  LoadWeights(*net, ReadCheckpoint(folder), placement);
  net->eval();
  return net;
}

}  // namespace stage::models
