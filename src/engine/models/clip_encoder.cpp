#include "engine/models/clip_encoder.h"

#include <torch/torch.h>

#include "engine/models/attention.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

using torch::Tensor;

class ClipAttentionImpl : public torch::nn::Module {
 public:
  explicit ClipAttentionImpl(const ClipEncoderConfig& config)
      : heads_(config.num_attention_heads) {
    const int64_t width = config.hidden_size;
    q_proj = register_module("q_proj", Linear(width, width));
    k_proj = register_module("k_proj", Linear(width, width));
    v_proj = register_module("v_proj", Linear(width, width));
    out_proj = register_module("out_proj", Linear(width, width));
  }
  Tensor forward(const Tensor& x, const Tensor& mask) {
    return out_proj(MergeHeads(Attention(SplitHeads(q_proj(x), heads_),
                                         SplitHeads(k_proj(x), heads_),
                                         SplitHeads(v_proj(x), heads_),
                                         mask)));
  }

 private:
  int64_t heads_;
  Linear q_proj = nullptr, k_proj = nullptr, v_proj = nullptr,
         out_proj = nullptr;
};
TORCH_MODULE(ClipAttention);

class ClipMlpImpl : public torch::nn::Module {
 public:
  explicit ClipMlpImpl(const ClipEncoderConfig& config)
      : activation_(ActivationNamed(config.hidden_act)) {
    fc1 = register_module("fc1",
                          Linear(config.hidden_size, config.intermediate_size));
    fc2 = register_module("fc2",
                          Linear(config.intermediate_size, config.hidden_size));
  }
  Tensor forward(const Tensor& x) { return fc2(activation_(fc1(x))); }

 private:
  Activation activation_;
  Linear fc1 = nullptr, fc2 = nullptr;
};
TORCH_MODULE(ClipMlp);

class ClipLayerImpl : public torch::nn::Module {
 public:
  explicit ClipLayerImpl(const ClipEncoderConfig& config) {
    layer_norm1 = register_module(
        "layer_norm1", LayerNorm(config.hidden_size, config.layer_norm_eps));
    layer_norm2 = register_module(
        "layer_norm2", LayerNorm(config.hidden_size, config.layer_norm_eps));
    self_attn = register_module("self_attn", ClipAttention(config));
    mlp = register_module("mlp", ClipMlp(config));
  }
  Tensor forward(Tensor x, const Tensor& mask) {
    x = x + self_attn(layer_norm1(x), mask);
    return x + mlp(layer_norm2(x));
  }

 private:
  LayerNorm layer_norm1 = nullptr, layer_norm2 = nullptr;
  ClipAttention self_attn = nullptr;
  ClipMlp mlp = nullptr;
};
TORCH_MODULE(ClipLayer);

}  // namespace

ClipEncoderConfig ClipEncoderConfig::FromJson(const nlohmann::json& json) {
  const ModelConfig read(json);
  ClipEncoderConfig config;
  config.hidden_size = read.Integer("hidden_size", 512);
  config.intermediate_size = read.Integer("intermediate_size", 2048);
  config.num_attention_heads = read.Integer("num_attention_heads", 8);
  config.num_hidden_layers = read.Integer("num_hidden_layers", 12);
  config.hidden_act = read.Word("hidden_act", "quick_gelu");
  config.layer_norm_eps = read.Number("layer_norm_eps", 1e-5);
  return config;
}

ClipEncoderImpl::ClipEncoderImpl(const ClipEncoderConfig& config) {
  layers = register_module("layers", torch::nn::ModuleList());
  for (int64_t i = 0; i < config.num_hidden_layers; ++i) {
    layers->push_back(ClipLayer(config));
  }
}

std::vector<Tensor> ClipEncoderImpl::forward(Tensor x, const Tensor& mask) {
  std::vector<Tensor> states{x};
  for (const auto& layer : *layers) {
    x = layer->as<ClipLayer>()->forward(x, mask);
    states.push_back(x);
  }
  return states;
}

}  // namespace stage::models
