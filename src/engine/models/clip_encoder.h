#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/models/layers.h"

namespace stage::models {

/// What text and picture encoders of CLIP share; field names match
/// config.json.
struct ClipEncoderConfig {
  int64_t hidden_size = 768;
  int64_t intermediate_size = 3072;
  int64_t num_attention_heads = 12;
  int64_t num_hidden_layers = 12;
  std::string hidden_act = "quick_gelu";
  double layer_norm_eps = 1e-5;

  /// @throws Error(kModel)
  static ClipEncoderConfig FromJson(const nlohmann::json& json);
};

/// The transformer of CLIP, norms first (arXiv:2103.00020, section 2.4; names
/// as in transformers' CLIPEncoder).
class ClipEncoderImpl : public torch::nn::Module {
 public:
  explicit ClipEncoderImpl(const ClipEncoderConfig& config);
  /// @param x     [B, n, hidden_size]
  /// @param mask  added to attention scores, or undefined
  /// @return      x, then the output of every layer
  std::vector<torch::Tensor> forward(torch::Tensor x,
                                     const torch::Tensor& mask = {});

 private:
  torch::nn::ModuleList layers = nullptr;
};
TORCH_MODULE(ClipEncoder);

}  // namespace stage::models
