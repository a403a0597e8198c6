#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/models/load_weights.h"
#include "engine/models/time_conditioning.h"

namespace stage::models {

struct ModelPart;

class UNetMidBlock;

/// Predicts the noise (or velocity) in noisy latents, given a text prompt.
/// Submodule names follow diffusers' UNet2DConditionModel, so its weights
/// load unrenamed. Source: arXiv:2112.10752, section 3.3; XL arXiv:2307.01952.
class UNet2DConditionModelImpl : public torch::nn::Module {
 public:
  explicit UNet2DConditionModelImpl(UNet2DConditionConfig config);
  /// @param sample    [B, in_channels, h, w], any h and w
  /// @param timestep  [B] or [1], 0 (clean) to 999 (noise), may be fractional
  /// @return          [B, out_channels, h, w]
  torch::Tensor forward(const torch::Tensor& sample,
                        const torch::Tensor& timestep,
                        const Conditioning& conditioning);
  /// All cross-attentions in the order that IP-Adapter files number them:
  /// down blocks, up blocks, then the middle.
  std::vector<CrossAttention> cross_attentions() const;
  const UNet2DConditionConfig& config() const { return config_; }
  /// Another one after every change of what it computes that its parameters do
  /// not show.
  int64_t revision() const { return revision_; }
  void MarkChanged() { ++revision_; }

 private:
  UNet2DConditionConfig config_;
  int64_t revision_ = 0;
  Conv2d conv_in = nullptr, conv_out = nullptr;
  TimeConditioning time_;
  torch::nn::ModuleList down_blocks = nullptr, up_blocks = nullptr;
  std::shared_ptr<UNetMidBlock> mid_block;
  GroupNorm conv_norm_out = nullptr;
};
TORCH_MODULE(UNet2DConditionModel);

/// @throws Error(kModel)
UNet2DConditionModel MakeUNet(const ModelPart& part,
                              const Placement& placement);
/// Reads `folder/config.json` and its weights.
/// @throws Error(kModel)
UNet2DConditionModel LoadUNet(const std::filesystem::path& folder,
                              const Placement& placement);

}  // namespace stage::models
