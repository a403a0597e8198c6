#include "engine/models/ip_adapter.h"

#include <torch/torch.h>

#include <cmath>

#include "core/error.h"
#include "engine/models/attention.h"

namespace stage::models {
namespace {

using torch::Tensor;
using torch::nn::ModuleList;

constexpr double kNormEpsilon = 1e-5;
constexpr int64_t kResamplerHeadWidth = 64;

/// CLIP's pooled vector as a few tokens.
class ImageProjectionImpl : public torch::nn::Module {
 public:
  ImageProjectionImpl(int64_t in, int64_t tokens, int64_t width)
      : width_(width) {
    proj = register_module("proj", Linear(in, tokens * width));
    norm = register_module("norm", LayerNorm(width, kNormEpsilon));
  }
  /// [n, in] -> [n, tokens, width]
  Tensor forward(const Tensor& x) {
    return norm(proj(x).reshape({x.size(0), -1, width_}));
  }

 private:
  int64_t width_;
  Linear proj = nullptr;
  LayerNorm norm = nullptr;
};
TORCH_MODULE(ImageProjection);

/// Latents attend to picture tokens and themselves.
class PerceiverAttentionImpl : public torch::nn::Module {
 public:
  PerceiverAttentionImpl(int64_t width, int64_t inner)
      : heads_(inner / kResamplerHeadWidth) {
    norm1 = register_module("norm1", LayerNorm(width, kNormEpsilon));
    norm2 = register_module("norm2", LayerNorm(width, kNormEpsilon));
    to_q = register_module("to_q", Linear(width, inner, Bias::kNo));
    to_kv = register_module("to_kv", Linear(width, 2 * inner, Bias::kNo));
    to_out = register_module("to_out", Linear(inner, width, Bias::kNo));
  }
  Tensor forward(const Tensor& x, const Tensor& latents) {
    const Tensor normed = norm2(latents);
    const std::vector<Tensor> kv =
        to_kv(torch::cat({norm1(x), normed}, 1)).chunk(2, -1);
    return to_out(
        MergeHeads(Attention(SplitHeads(to_q(normed), heads_),
                             SplitHeads(kv[0].contiguous(), heads_),
                             SplitHeads(kv[1].contiguous(), heads_))));
  }

 private:
  int64_t heads_;
  LayerNorm norm1 = nullptr, norm2 = nullptr;
  Linear to_q = nullptr, to_kv = nullptr, to_out = nullptr;
};
TORCH_MODULE(PerceiverAttention);

/// Norm, linear, gelu, linear: numbered 0, 1 and 3 as in a sequence.
class ResamplerFeedForwardImpl : public torch::nn::Module {
 public:
  ResamplerFeedForwardImpl(int64_t width, int64_t inner) {
    norm = register_module("0", LayerNorm(width, kNormEpsilon));
    up = register_module("1", Linear(width, inner, Bias::kNo));
    down = register_module("3", Linear(inner, width, Bias::kNo));
  }
  Tensor forward(const Tensor& x) { return down(torch::gelu(up(norm(x)))); }

 private:
  LayerNorm norm = nullptr;
  Linear up = nullptr, down = nullptr;
};
TORCH_MODULE(ResamplerFeedForward);

/// The sizes of a resampler, read off its tensors.
struct ResamplerSizes {
  int64_t queries, width, in, out, inner, feed_forward, depth;
};

/// Perceiver resampler (arXiv:2204.14198, section 3.1.1).
class ResamplerImpl : public torch::nn::Module {
 public:
  explicit ResamplerImpl(const ResamplerSizes& sizes) {
    latents = register_parameter(
        "latents", torch::empty({1, sizes.queries, sizes.width}), false);
    proj_in = register_module("proj_in", Linear(sizes.in, sizes.width));
    proj_out = register_module("proj_out", Linear(sizes.width, sizes.out));
    norm_out = register_module("norm_out", LayerNorm(sizes.out, kNormEpsilon));
    layers = register_module("layers", ModuleList());
    for (int64_t i = 0; i < sizes.depth; ++i) {
      ModuleList layer;
      layer->push_back(PerceiverAttention(sizes.width, sizes.inner));
      layer->push_back(ResamplerFeedForward(sizes.width, sizes.feed_forward));
      layers->push_back(layer);
    }
  }
  /// [n, tokens, in] -> [n, queries, out]
  Tensor forward(const Tensor& x) {
    const Tensor tokens = proj_in(x);
    Tensor state = latents.repeat({x.size(0), 1, 1});
    for (const auto& module : *layers) {
      const auto& layer = *module->as<torch::nn::ModuleList>();
      state =
          state + layer[0]->as<PerceiverAttention>()->forward(tokens, state);
      state = state + layer[1]->as<ResamplerFeedForward>()->forward(state);
    }
    return norm_out(proj_out(state));
  }

 private:
  Tensor latents;
  Linear proj_in = nullptr, proj_out = nullptr;
  LayerNorm norm_out = nullptr;
  ModuleList layers = nullptr;
};
TORCH_MODULE(Resampler);

const Tensor& Need(const Checkpoint& checkpoint, const std::string& name) {
  const auto found = checkpoint.tensors.find(name);
  if (found != checkpoint.tensors.end()) return found->second;
  throw Error(ErrorKind::kModel,
              checkpoint.source + ": has no tensor '" + name +
                  "'; it is not an IP-Adapter that this version can use");
}

Resampler MakeResampler(const Checkpoint& weights) {
  ResamplerSizes sizes{};
  const Tensor latents = Need(weights, "latents");
  sizes.queries = latents.size(1);
  sizes.width = latents.size(2);
  sizes.in = Need(weights, "proj_in.weight").size(1);
  sizes.out = Need(weights, "proj_out.weight").size(0);
  sizes.inner = Need(weights, "layers.0.0.to_q.weight").size(0);
  sizes.feed_forward = Need(weights, "layers.0.1.1.weight").size(0);
  while (weights.tensors.contains("layers." + std::to_string(sizes.depth) +
                                  ".0.to_q.weight")) {
    ++sizes.depth;
  }
  return Resampler(sizes);
}

}  // namespace

class IpAdapter::Projection {
 public:
  Projection(const Checkpoint& all, const Placement& placement) {
    const Checkpoint weights = all.Below("image_proj.");
    if (weights.tensors.contains("latents")) {
      resampler_ = MakeResampler(weights);
      LoadWeights(*resampler_, weights, placement);
      return;
    }
    const Tensor proj = Need(weights, "proj.weight");
    const int64_t width = Need(weights, "norm.weight").size(0);
    plain_ = ImageProjection(proj.size(1), proj.size(0) / width, width);
    LoadWeights(*plain_, weights, placement);
  }
  bool resamples() const { return !resampler_.is_empty(); }
  /// One picture a row.
  Tensor Run(const Tensor& x) {
    return resamples() ? resampler_(x) : plain_(x);
  }

 private:
  ImageProjection plain_ = nullptr;
  Resampler resampler_ = nullptr;
};

IpAdapter::IpAdapter(const std::filesystem::path& file,
                     const Placement& placement)
    : placement_(placement) {
  const Checkpoint all = ReadCheckpoint(file);
  projection_ = std::make_unique<Projection>(all, placement);
  attention_ = all.Below("ip_adapter.");
  input_ =
      projection_->resamples() ? Input::kHiddenStates : Input::kImageEmbeds;
}

IpAdapter::~IpAdapter() = default;

Tensor IpAdapter::Tokens(const Tensor& features) const {
  const Tensor pictures = features.flatten(0, 1);  // [B * images, ...]
  const Tensor tokens = projection_->Run(pictures);
  return tokens.reshape({features.size(0), -1, tokens.size(-1)});
}

void IpAdapter::AttachTo(UNet2DConditionModelImpl& unet, double scale) const {
  int64_t number = 1;  // odd numbers: the even ones are self-attentions
  for (CrossAttention& cross : unet.cross_attentions()) {
    const Checkpoint weights = attention_.Below(std::to_string(number) + ".");
    const Tensor keys = Need(weights, "to_k_ip.weight");
    ImageAttention image;
    image.to_k_ip = Linear(keys.size(1), keys.size(0), Bias::kNo);
    image.to_v_ip = Linear(keys.size(1), keys.size(0), Bias::kNo);
    LoadWeights(*image.to_k_ip, weights.Below("to_k_ip."), placement_);
    LoadWeights(*image.to_v_ip, weights.Below("to_v_ip."), placement_);
    image.scale = scale;
    cross->adapters.push_back(image);
    number += 2;
  }
  unet.MarkChanged();
}

}  // namespace stage::models
