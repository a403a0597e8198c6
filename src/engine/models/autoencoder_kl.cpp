#include "engine/models/autoencoder_kl.h"

#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>

#include "engine/models/attention.h"
#include "engine/models/model_config.h"
#include "engine/models/published_model.h"
#include "engine/models/resnet_block.h"

namespace stage::models {
namespace {

using torch::Tensor;
using torch::nn::ModuleList;

constexpr double kNormEpsilon = 1e-6;
constexpr double kTileOverlap = 0.25;  // of a tile's side

ResnetBlock Resnet(const AutoencoderKLConfig& config, int64_t in, int64_t out) {
  return ResnetBlock(ResnetBlockOptions{.in_channels = in,
                                        .out_channels = out,
                                        .groups = config.norm_num_groups,
                                        .epsilon = kNormEpsilon});
}

/// Self-attention over pixels with one head.
class VaeAttentionImpl : public torch::nn::Module {
 public:
  VaeAttentionImpl(int64_t channels, int64_t groups) {
    group_norm = register_module("group_norm",
                                 GroupNorm(groups, channels, kNormEpsilon));
    to_q = register_module("to_q", Linear(channels, channels));
    to_k = register_module("to_k", Linear(channels, channels));
    to_v = register_module("to_v", Linear(channels, channels));
    to_out = register_module("to_out", ModuleList());
    to_out->push_back(Linear(channels, channels));
  }

  Tensor forward(const Tensor& x) {
    const Tensor rows = group_norm(x).flatten(2).transpose(1, 2);  // [B, hw, c]
    const Tensor mixed = MergeHeads(Attention(SplitHeads(to_q(rows), 1),
                                              SplitHeads(to_k(rows), 1),
                                              SplitHeads(to_v(rows), 1)));
    const Tensor out = to_out[0]->as<Linear>()->forward(mixed);
    return x + out.transpose(1, 2).reshape(x.sizes());
  }

 private:
  GroupNorm group_norm = nullptr;
  Linear to_q = nullptr, to_k = nullptr, to_v = nullptr;
  ModuleList to_out = nullptr;
};
TORCH_MODULE(VaeAttention);

class VaeMidBlockImpl : public torch::nn::Module {
 public:
  VaeMidBlockImpl(const AutoencoderKLConfig& config, int64_t channels) {
    resnets = register_module("resnets", ModuleList());
    attentions = register_module("attentions", ModuleList());
    resnets->push_back(Resnet(config, channels, channels));
    resnets->push_back(Resnet(config, channels, channels));
    if (config.mid_block_add_attention) {
      attentions->push_back(VaeAttention(channels, config.norm_num_groups));
    }
  }

  Tensor forward(Tensor x) {
    x = resnets[0]->as<ResnetBlock>()->forward(x);
    if (!attentions->is_empty()) {
      x = attentions[0]->as<VaeAttention>()->forward(x);
    }
    return resnets[1]->as<ResnetBlock>()->forward(x);
  }

 private:
  ModuleList resnets = nullptr, attentions = nullptr;
};
TORCH_MODULE(VaeMidBlock);

/// One resolution of the encoder: resnets, then half the size.
class VaeDownBlockImpl : public torch::nn::Module {
 public:
  VaeDownBlockImpl(const AutoencoderKLConfig& config,
                   int64_t in,
                   int64_t out,
                   bool shrinks) {
    resnets = register_module("resnets", ModuleList());
    downsamplers = register_module("downsamplers", ModuleList());
    for (int64_t i = 0; i < config.layers_per_block; ++i) {
      resnets->push_back(Resnet(config, i == 0 ? in : out, out));
    }
    if (shrinks) {
      downsamplers->push_back(
          Downsampler(out, DownsamplePadding::kRightBottom));
    }
  }

  Tensor forward(Tensor x) {
    for (const auto& resnet : *resnets) {
      x = resnet->as<ResnetBlock>()->forward(x);
    }
    for (const auto& downsampler : *downsamplers) {
      x = downsampler->as<Downsampler>()->forward(x);
    }
    return x;
  }

 private:
  ModuleList resnets = nullptr, downsamplers = nullptr;
};
TORCH_MODULE(VaeDownBlock);

/// One resolution of the decoder: resnets, then twice the size.
class VaeUpBlockImpl : public torch::nn::Module {
 public:
  VaeUpBlockImpl(const AutoencoderKLConfig& config,
                 int64_t in,
                 int64_t out,
                 bool grows) {
    resnets = register_module("resnets", ModuleList());
    upsamplers = register_module("upsamplers", ModuleList());
    for (int64_t i = 0; i <= config.layers_per_block; ++i) {
      resnets->push_back(Resnet(config, i == 0 ? in : out, out));
    }
    if (grows) upsamplers->push_back(Upsampler(out));
  }

  Tensor forward(Tensor x) {
    for (const auto& resnet : *resnets) {
      x = resnet->as<ResnetBlock>()->forward(x);
    }
    for (const auto& upsampler : *upsamplers) {
      x = upsampler->as<Upsampler>()->forward(x, 2 * x.size(2), 2 * x.size(3));
    }
    return x;
  }

 private:
  ModuleList resnets = nullptr, upsamplers = nullptr;
};
TORCH_MODULE(VaeUpBlock);

/// Blends `tile` into what lies above it (dim 2) or left of it (dim 3).
void BlendEdge(const Tensor& before,
               Tensor& tile,
               int64_t extent,
               int64_t dim) {
  extent = std::min({extent, before.size(dim), tile.size(dim)});
  if (extent == 0) return;
  std::vector<int64_t> shape(4, 1);
  shape[static_cast<size_t>(dim)] = extent;
  const Tensor weight =
      (torch::arange(extent, tile.options()) / static_cast<double>(extent))
          .view(shape);
  Tensor edge = tile.narrow(dim, 0, extent);
  edge.copy_(before.narrow(dim, before.size(dim) - extent, extent) *
                 (1 - weight) +
             edge * weight);
}

/// Sizes of one tiled pass, in the units of its input and output.
struct TileGrid {
  int64_t tile = 0;   ///< input side of a tile
  int64_t step = 0;   ///< from one tile to the next
  int64_t blend = 0;  ///< output rows blended with the neighbour
  int64_t keep = 0;   ///< output rows kept of a tile
};

/// Works tile by tile and blends the overlaps linearly.
Tensor Tiled(const Tensor& x,
             const TileGrid& grid,
             const std::function<Tensor(const Tensor&)>& work) {
  std::vector<Tensor> rows_out;
  std::vector<Tensor> above;
  for (int64_t y = 0; y < x.size(2); y += grid.step) {
    std::vector<Tensor> row;
    for (int64_t left = 0; left < x.size(3); left += grid.step) {
      row.push_back(
          work(x.slice(2, y, y + grid.tile).slice(3, left, left + grid.tile)));
    }
    std::vector<Tensor> kept;
    for (size_t i = 0; i < row.size(); ++i) {
      if (!above.empty()) BlendEdge(above[i], row[i], grid.blend, 2);
      if (i > 0) BlendEdge(row[i - 1], row[i], grid.blend, 3);
      kept.push_back(row[i].slice(2, 0, grid.keep).slice(3, 0, grid.keep));
    }
    rows_out.push_back(torch::cat(kept, 3));
    above = std::move(row);
  }
  return torch::cat(rows_out, 2);
}

}  // namespace

/// Picture to moments.
class VaeEncoder : public torch::nn::Module {
 public:
  explicit VaeEncoder(const AutoencoderKLConfig& config) {
    const auto& channels = config.block_out_channels;
    conv_in = register_module(
        "conv_in",
        Conv2d(
            config.in_channels, channels.front(), Conv2dOptions{.padding = 1}));
    down_blocks = register_module("down_blocks", ModuleList());
    for (size_t i = 0; i < channels.size(); ++i) {
      down_blocks->push_back(VaeDownBlock(config,
                                          channels[i == 0 ? 0 : i - 1],
                                          channels[i],
                                          i + 1 < channels.size()));
    }
    mid_block =
        register_module("mid_block", VaeMidBlock(config, channels.back()));
    conv_norm_out = register_module(
        "conv_norm_out",
        GroupNorm(config.norm_num_groups, channels.back(), kNormEpsilon));
    conv_out = register_module("conv_out",
                               Conv2d(channels.back(),
                                      2 * config.latent_channels,
                                      Conv2dOptions{.padding = 1}));
  }

  Tensor forward(const Tensor& image) {
    Tensor x = conv_in(image);
    for (const auto& block : *down_blocks) {
      x = block->as<VaeDownBlock>()->forward(x);
    }
    x = conv_norm_out->WithSilu(mid_block(x));
    return conv_out(x);
  }

 private:
  Conv2d conv_in = nullptr, conv_out = nullptr;
  ModuleList down_blocks = nullptr;
  VaeMidBlock mid_block = nullptr;
  GroupNorm conv_norm_out = nullptr;
};

/// Latents to picture.
class VaeDecoder : public torch::nn::Module {
 public:
  explicit VaeDecoder(const AutoencoderKLConfig& config) {
    std::vector<int64_t> channels = config.block_out_channels;
    std::reverse(channels.begin(), channels.end());
    conv_in = register_module("conv_in",
                              Conv2d(config.latent_channels,
                                     channels.front(),
                                     Conv2dOptions{.padding = 1}));
    mid_block =
        register_module("mid_block", VaeMidBlock(config, channels.front()));
    up_blocks = register_module("up_blocks", ModuleList());
    for (size_t i = 0; i < channels.size(); ++i) {
      up_blocks->push_back(VaeUpBlock(config,
                                      channels[i == 0 ? 0 : i - 1],
                                      channels[i],
                                      i + 1 < channels.size()));
    }
    conv_norm_out = register_module(
        "conv_norm_out",
        GroupNorm(config.norm_num_groups, channels.back(), kNormEpsilon));
    conv_out = register_module(
        "conv_out",
        Conv2d(
            channels.back(), config.out_channels, Conv2dOptions{.padding = 1}));
  }

  Tensor forward(const Tensor& latents) {
    Tensor x = mid_block(conv_in(latents));
    for (const auto& block : *up_blocks) {
      x = block->as<VaeUpBlock>()->forward(x);
    }
    x = conv_norm_out->WithSilu(x);
    return conv_out(x);
  }

 private:
  Conv2d conv_in = nullptr, conv_out = nullptr;
  ModuleList up_blocks = nullptr;
  VaeMidBlock mid_block = nullptr;
  GroupNorm conv_norm_out = nullptr;
};

AutoencoderKLConfig AutoencoderKLConfig::FromJson(const nlohmann::json& json) {
  const ModelConfig read(json);
  AutoencoderKLConfig config;
  config.in_channels = read.Integer("in_channels", 3);
  config.out_channels = read.Integer("out_channels", 3);
  config.latent_channels = read.Integer("latent_channels", 4);
  config.block_out_channels = read.Integers("block_out_channels", {64});
  config.layers_per_block = read.Integer("layers_per_block", 1);
  config.norm_num_groups = read.Integer("norm_num_groups", 32);
  config.sample_size = read.Integer("sample_size", 32);
  config.scaling_factor = read.Number("scaling_factor", 0.18215);
  config.shift_factor = read.Number("shift_factor", 0);
  config.use_quant_conv = read.Flag("use_quant_conv", true);
  config.use_post_quant_conv = read.Flag("use_post_quant_conv", true);
  config.mid_block_add_attention = read.Flag("mid_block_add_attention", true);
  config.force_upcast = read.Flag("force_upcast", true);
  read.Only("act_fn", "silu");
  read.Only("latents_mean", nullptr);
  return config;
}

Tensor LatentDistribution::std() const { return torch::exp(0.5 * logvar); }

Tensor LatentDistribution::Sample(const Tensor& noise) const {
  return mean + std() * noise;
}

AutoencoderKLImpl::AutoencoderKLImpl(AutoencoderKLConfig config)
    : config_(std::move(config)) {
  encoder = register_module("encoder", std::make_shared<VaeEncoder>(config_));
  decoder = register_module("decoder", std::make_shared<VaeDecoder>(config_));
  const int64_t latent = config_.latent_channels;
  if (config_.use_quant_conv) {
    quant_conv = register_module(
        "quant_conv",
        Conv2d(2 * latent, 2 * latent, Conv2dOptions{.kernel = 1}));
  }
  if (config_.use_post_quant_conv) {
    post_quant_conv = register_module(
        "post_quant_conv", Conv2d(latent, latent, Conv2dOptions{.kernel = 1}));
  }
}

Tensor AutoencoderKLImpl::EncodeMoments(const Tensor& image) {
  const Tensor moments = encoder->forward(image);
  return quant_conv.is_empty() ? moments : quant_conv(moments);
}

Tensor AutoencoderKLImpl::DecodeWhole(const Tensor& latents) {
  return decoder->forward(
      post_quant_conv.is_empty() ? latents : post_quant_conv(latents));
}

LatentDistribution AutoencoderKLImpl::Encode(const Tensor& image,
                                             Tiling tiling) {
  const int64_t tile = config_.sample_size;
  Tensor moments;
  if (tiling == Tiling::kTiled &&
      (image.size(2) > tile || image.size(3) > tile)) {
    const int64_t latent_tile = tile / config_.downscale();
    const auto blend = static_cast<int64_t>(latent_tile * kTileOverlap);
    const TileGrid grid{.tile = tile,
                        .step = static_cast<int64_t>(tile * (1 - kTileOverlap)),
                        .blend = blend,
                        .keep = latent_tile - blend};
    moments =
        Tiled(image, grid, [&](const Tensor& x) { return EncodeMoments(x); });
  } else {
    moments = EncodeMoments(image);
  }
  const std::vector<Tensor> parts = moments.chunk(2, 1);
  return {.mean = parts[0], .logvar = parts[1].clamp(-30, 20)};
}

Tensor AutoencoderKLImpl::Decode(const Tensor& latents, Tiling tiling) {
  const int64_t latent_tile = config_.sample_size / config_.downscale();
  if (tiling == Tiling::kTiled &&
      (latents.size(2) > latent_tile || latents.size(3) > latent_tile)) {
    const auto blend = static_cast<int64_t>(config_.sample_size * kTileOverlap);
    const TileGrid grid{
        .tile = latent_tile,
        .step = static_cast<int64_t>(latent_tile * (1 - kTileOverlap)),
        .blend = blend,
        .keep = config_.sample_size - blend};
    return Tiled(
        latents, grid, [&](const Tensor& x) { return DecodeWhole(x); });
  }
  return DecodeWhole(latents);
}

AutoencoderKL MakeAutoencoderKL(const ModelPart& part,
                                const Placement& placement) {
  AutoencoderKL vae(AutoencoderKLConfig::FromJson(part.config));
  // Checkpoints written before 2023 name the attention's layers otherwise.
  static const std::vector<std::pair<std::regex, std::string>> kOldNames = {
      {std::regex(R"(\.attentions\.0\.query\.)"), ".attentions.0.to_q."},
      {std::regex(R"(\.attentions\.0\.key\.)"), ".attentions.0.to_k."},
      {std::regex(R"(\.attentions\.0\.value\.)"), ".attentions.0.to_v."},
      {std::regex(R"(\.attentions\.0\.proj_attn\.)"),
       ".attentions.0.to_out.0."}};
  Checkpoint renamed{.source = part.weights.source,
                     .forget = part.weights.forget};
  for (const auto& [name, tensor] : part.weights.tensors) {
    std::string today = name;
    for (const auto& [old, replacement] : kOldNames) {
      today = std::regex_replace(today, old, replacement);
    }
    renamed.tensors[today] = tensor;
  }
  LoadWeights(*vae, renamed, placement, part.name_in_checkpoint);
  vae->eval();
  return vae;
}

AutoencoderKL LoadAutoencoderKL(const std::filesystem::path& folder,
                                const Placement& placement) {
  return MakeAutoencoderKL(ReadPart(folder), placement);
}

}  // namespace stage::models
