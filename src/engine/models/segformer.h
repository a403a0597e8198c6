#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/models/load_weights.h"

namespace stage::models {

/// The shape of one SegFormer; field names match its config.json.
struct SegformerConfig {
  std::vector<int64_t> hidden_sizes = {64, 128, 320, 512};
  std::vector<int64_t> depths = {3, 4, 6, 3};
  std::vector<int64_t> num_attention_heads = {1, 2, 5, 8};
  std::vector<int64_t> sr_ratios = {8, 4, 2, 1};
  std::vector<int64_t> patch_sizes = {7, 3, 3, 3};
  std::vector<int64_t> strides = {4, 2, 2, 2};
  std::vector<int64_t> mlp_ratios = {4, 4, 4, 4};
  int64_t num_channels = 3;
  int64_t decoder_hidden_size = 256;
  std::vector<std::string> labels;  ///< id2label, in the order of the ids

  /// @throws Error(kModel)
  static SegformerConfig FromJson(const nlohmann::json& json);
};

struct Segmentation {
  /// Feature maps at 1/4, 1/8, 1/16 and 1/32 of the picture's size.
  std::vector<torch::Tensor> hidden_states;
  torch::Tensor logits;  ///< [B, labels, ~h/4, ~w/4]
};

class SegformerStage;
class SegformerHead;

/// What is where in a picture (arXiv:2105.15203; names as in transformers'
/// SegformerForSemanticSegmentation).
class SegformerImpl : public torch::nn::Module {
 public:
  explicit SegformerImpl(SegformerConfig config);
  /// @param pixels  [B, 3, h, w], normalised
  Segmentation forward(const torch::Tensor& pixels);
  const SegformerConfig& config() const { return config_; }

 private:
  SegformerConfig config_;
  std::vector<std::shared_ptr<SegformerStage>> stages_;
  std::shared_ptr<SegformerHead> head_;
};
TORCH_MODULE(Segformer);

/// Reads `folder/config.json` and its weights.
/// @throws Error(kModel)
Segformer LoadSegformer(const std::filesystem::path& folder,
                        const Placement& placement);

/// The most likely label of every pixel.
/// @return I64 [B, height, width]
torch::Tensor LabelMap(const torch::Tensor& logits,
                       int64_t height,
                       int64_t width);

}  // namespace stage::models
