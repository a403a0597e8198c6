#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <vector>

#include "engine/models/layers.h"

namespace stage::models {

/// What a UNet's cross-attention looks at.
struct AttentionContext {
  torch::Tensor text;  ///< [B, tokens, cross_attention_dim]
  /// One a loaded IP-Adapter: [B, image tokens, cross_attention_dim].
  std::vector<torch::Tensor> images;
};

/// Keys and values of one IP-Adapter in one cross-attention
/// (arXiv:2308.06721, eq. 5).
struct ImageAttention {
  Linear to_k_ip = nullptr, to_v_ip = nullptr;
  double scale = 1;
};

/// Multi-head attention with its projections; names as in diffusers'
/// Attention.
class CrossAttentionImpl : public torch::nn::Module {
 public:
  /// @param context_width  of keys and values; `width` for self-attention
  CrossAttentionImpl(int64_t width, int64_t context_width, int64_t heads);
  /// @param x        [B, n, width]
  /// @param context  [B, m, context_width]
  /// @param images   of the IP-Adapters in `adapters`, in their order
  torch::Tensor forward(const torch::Tensor& x,
                        const torch::Tensor& context,
                        const std::vector<torch::Tensor>& images = {});

  /// Not part of the UNet's own checkpoint.
  std::vector<ImageAttention> adapters;

 private:
  int64_t heads_;
  Linear to_q = nullptr, to_k = nullptr, to_v = nullptr;
  torch::nn::ModuleList to_out = nullptr;
};
TORCH_MODULE(CrossAttention);

struct Transformer2DOptions {
  int64_t channels = 0;
  int64_t heads = 8;
  int64_t depth = 1;
  int64_t cross_attention_dim = 768;
  int64_t groups = 32;
  bool linear_projection = false;  ///< else 1x1 convolutions
};

class TransformerBlock;

/// Transformer over the pixels of a feature map: self-attention, attention to
/// the text, gated feed-forward (arXiv:2112.10752, appendix E.2; names as in
/// diffusers' Transformer2DModel).
class Transformer2DImpl : public torch::nn::Module {
 public:
  explicit Transformer2DImpl(const Transformer2DOptions& options);
  /// @param x  [B, channels, h, w], same shape back
  torch::Tensor forward(const torch::Tensor& x,
                        const AttentionContext& context);
  /// The cross-attentions, first block first.
  std::vector<CrossAttention> cross_attentions() const;

 private:
  bool linear_projection_;
  GroupNorm norm = nullptr;
  Linear linear_in_ = nullptr, linear_out_ = nullptr;
  Conv2d conv_in_ = nullptr, conv_out_ = nullptr;
  torch::nn::ModuleList transformer_blocks = nullptr;
};
TORCH_MODULE(Transformer2D);

}  // namespace stage::models
