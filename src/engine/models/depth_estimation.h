#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "engine/models/load_weights.h"
#include "engine/models/vision_transformer.h"

namespace stage::models {

/// What a depth network was trained to predict.
enum class DepthKind {
  kRelative,  ///< larger is nearer, without unit
  kMetric,    ///< metres
};

/// The shape of one depth network, of either family; field names match the
/// config.json of transformers' DepthAnythingForDepthEstimation and
/// DPTForDepthEstimation.
struct DepthConfig {
  VisionTransformerOptions backbone;
  std::vector<int64_t> out_layers = {2, 5, 8, 11};  ///< from 0
  std::vector<int64_t> neck_hidden_sizes = {48, 96, 192, 384};
  std::vector<double> reassemble_factors = {4, 2, 1, 0.5};
  int64_t fusion_hidden_size = 64;
  int64_t head_hidden_size = 32;
  DepthKind kind = DepthKind::kRelative;
  double max_depth = 1;  ///< metres, of metric networks
  /// DPT's own: the class token joins every patch, features are taken without
  /// a norm, and every fusion doubles the size.
  bool is_dpt = false;

  /// @throws Error(kModel)
  static DepthConfig FromJson(const nlohmann::json& json);
};

struct DepthPrediction {
  std::vector<torch::Tensor> hidden_states;  ///< of the backbone
  torch::Tensor depth;                       ///< [B, h, w]
};

class DepthNeck;
class DepthHead;

/// Depth from one picture: a vision transformer and the decoder of DPT
/// (arXiv:2103.13413, section 3; Depth Anything: arXiv:2401.10891).
class DepthModelImpl : public torch::nn::Module {
 public:
  explicit DepthModelImpl(DepthConfig config);
  /// @param pixels  [B, 3, h, w], normalised; sides multiples of the patch
  DepthPrediction forward(const torch::Tensor& pixels);
  const DepthConfig& config() const { return config_; }
  VisionTransformerImpl& backbone() { return *backbone_; }

 private:
  DepthConfig config_;
  VisionTransformer backbone_ = nullptr;
  LayerNorm layernorm_ = nullptr;
  std::shared_ptr<DepthNeck> neck_;
  std::shared_ptr<DepthHead> head_;
};
TORCH_MODULE(DepthModel);

/// Reads `folder/config.json` and its weights, of either family.
/// @throws Error(kModel)
DepthModel LoadDepthModel(const std::filesystem::path& folder,
                          const Placement& placement);

}  // namespace stage::models
