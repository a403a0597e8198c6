#include "engine/models/transformer_2d.h"

#include <torch/torch.h>

#include "engine/models/attention.h"
#include "engine/models/one_pass.h"

namespace stage::models {
namespace {

using torch::Tensor;
using torch::nn::ModuleList;

constexpr double kGroupNormEpsilon = 1e-6;
constexpr double kLayerNormEpsilon = 1e-5;
constexpr int64_t kFeedForwardFactor = 4;

/// x1 * gelu(x2) of one projection (GEGLU, arXiv:2002.05202, eq. 5).
class GegluImpl : public torch::nn::Module {
 public:
  GegluImpl(int64_t width, int64_t inner) {
    proj = register_module("proj", Linear(width, 2 * inner));
  }
  Tensor forward(const Tensor& x) {
    if (InOnePass(x)) {
      return BiasedGeglu(torch::linear(x, proj->weight), proj->bias);
    }
    const std::vector<Tensor> halves = proj(x).chunk(2, -1);
    return torch::gelu(halves[1]).mul_(halves[0]);
  }

 private:
  Linear proj = nullptr;
};
TORCH_MODULE(Geglu);

class FeedForwardImpl : public torch::nn::Module {
 public:
  explicit FeedForwardImpl(int64_t width) {
    const int64_t inner = width * kFeedForwardFactor;
    net = register_module("net", ModuleList());
    net->push_back(Geglu(width, inner));
    net->push_back(torch::nn::Module("dropout"));  // holds the place
    net->push_back(Linear(inner, width));
  }
  Tensor forward(const Tensor& x) {
    return net[2]->as<Linear>()->forward(net[0]->as<Geglu>()->forward(x));
  }

 private:
  ModuleList net = nullptr;
};
TORCH_MODULE(FeedForward);

}  // namespace

CrossAttentionImpl::CrossAttentionImpl(int64_t width,
                                       int64_t context_width,
                                       int64_t heads)
    : heads_(heads) {
  to_q = register_module("to_q", Linear(width, width, Bias::kNo));
  to_k = register_module("to_k", Linear(context_width, width, Bias::kNo));
  to_v = register_module("to_v", Linear(context_width, width, Bias::kNo));
  to_out = register_module("to_out", ModuleList());
  to_out->push_back(Linear(width, width));
}

Tensor CrossAttentionImpl::forward(const Tensor& x,
                                   const Tensor& context,
                                   const std::vector<Tensor>& images) {
  const Tensor q = SplitHeads(to_q(x), heads_);
  Tensor mixed = Attention(
      q, SplitHeads(to_k(context), heads_), SplitHeads(to_v(context), heads_));
  for (size_t i = 0; i < adapters.size() && i < images.size(); ++i) {
    ImageAttention& image = adapters[i];
    mixed = mixed + image.scale *
                        Attention(q,
                                  SplitHeads(image.to_k_ip(images[i]), heads_),
                                  SplitHeads(image.to_v_ip(images[i]), heads_));
  }
  return to_out[0]->as<Linear>()->forward(MergeHeads(mixed));
}

/// Self-attention, cross-attention and feed-forward, each added to its input.
class TransformerBlock : public torch::nn::Module {
 public:
  explicit TransformerBlock(const Transformer2DOptions& options) {
    const int64_t width = options.channels;
    norm1 = register_module("norm1", LayerNorm(width, kLayerNormEpsilon));
    norm2 = register_module("norm2", LayerNorm(width, kLayerNormEpsilon));
    norm3 = register_module("norm3", LayerNorm(width, kLayerNormEpsilon));
    attn1 =
        register_module("attn1", CrossAttention(width, width, options.heads));
    attn2 = register_module(
        "attn2",
        CrossAttention(width, options.cross_attention_dim, options.heads));
    ff = register_module("ff", FeedForward(width));
  }

  Tensor forward(Tensor x, const AttentionContext& context) {
    const Tensor normed = norm1(x);
    x = attn1(normed, normed).add_(x);
    x = attn2(norm2(x), context.text, context.images).add_(x);
    return ff(norm3(x)).add_(x);
  }
  CrossAttention cross_attention() const { return attn2; }

 private:
  LayerNorm norm1 = nullptr, norm2 = nullptr, norm3 = nullptr;
  CrossAttention attn1 = nullptr, attn2 = nullptr;
  FeedForward ff = nullptr;
};

Transformer2DImpl::Transformer2DImpl(const Transformer2DOptions& options)
    : linear_projection_(options.linear_projection) {
  const int64_t channels = options.channels;
  norm = register_module(
      "norm", GroupNorm(options.groups, channels, kGroupNormEpsilon));
  if (linear_projection_) {
    linear_in_ = register_module("proj_in", Linear(channels, channels));
    linear_out_ = register_module("proj_out", Linear(channels, channels));
  } else {
    const Conv2dOptions point{.kernel = 1};
    conv_in_ = register_module("proj_in", Conv2d(channels, channels, point));
    conv_out_ = register_module("proj_out", Conv2d(channels, channels, point));
  }
  transformer_blocks = register_module("transformer_blocks", ModuleList());
  for (int64_t i = 0; i < options.depth; ++i) {
    transformer_blocks->push_back(std::make_shared<TransformerBlock>(options));
  }
}

Tensor Transformer2DImpl::forward(const Tensor& x,
                                  const AttentionContext& context) {
  Tensor hidden = norm(x);
  if (!linear_projection_) hidden = conv_in_(hidden);
  hidden = hidden.flatten(2).transpose(1, 2);  // [B, h w, channels]
  if (linear_projection_) hidden = linear_in_(hidden);
  for (const auto& block : *transformer_blocks) {
    hidden = block->as<TransformerBlock>()->forward(hidden, context);
  }
  if (linear_projection_) hidden = linear_out_(hidden);
  hidden = hidden.transpose(1, 2).reshape(x.sizes());
  if (!linear_projection_) hidden = conv_out_(hidden);
  return hidden.add_(x);
}

std::vector<CrossAttention> Transformer2DImpl::cross_attentions() const {
  std::vector<CrossAttention> all;
  for (const auto& block : *transformer_blocks) {
    all.push_back(block->as<TransformerBlock>()->cross_attention());
  }
  return all;
}

}  // namespace stage::models
