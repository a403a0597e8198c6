#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/models/load_weights.h"
#include "engine/models/time_conditioning.h"

namespace stage::models {

class UNetMidBlock;
class ConditioningEmbedding;

/// What a ControlNet adds to the UNet's skips and middle.
struct ControlResiduals {
  std::vector<torch::Tensor> down;
  torch::Tensor mid;

  /// Adds another ControlNet's.
  void Add(const ControlResiduals& other);
};

enum class GuessMode {
  kOff,
  kOn,  ///< works without a prompt: residuals fade from 1 to 0.1 of the scale
};

/// A copy of the UNet's contracting half that reads a control picture (depth,
/// lines, segmentation) as well (arXiv:2302.05543, figure 3; names as in
/// diffusers' ControlNetModel).
class ControlNetImpl : public torch::nn::Module {
 public:
  /// @param embedding_channels  of the layers that shrink the control picture
  ControlNetImpl(UNet2DConditionConfig config,
                 const std::vector<int64_t>& embedding_channels,
                 int64_t conditioning_channels);
  /// @param sample    [B, in_channels, h, w], the UNet's (without mask)
  /// @param timestep  [B] or [1]
  /// @param control   [B or 1, 3, 8 h, 8 w], 0..1
  ControlResiduals forward(const torch::Tensor& sample,
                           const torch::Tensor& timestep,
                           const Conditioning& conditioning,
                           const torch::Tensor& control,
                           double scale = 1,
                           GuessMode guess = GuessMode::kOff);

 private:
  UNet2DConditionConfig config_;
  Conv2d conv_in = nullptr, controlnet_mid_block = nullptr;
  TimeConditioning time_;
  std::shared_ptr<ConditioningEmbedding> controlnet_cond_embedding;
  torch::nn::ModuleList down_blocks = nullptr, controlnet_down_blocks = nullptr;
  std::shared_ptr<UNetMidBlock> mid_block;
};
TORCH_MODULE(ControlNet);

/// Reads `folder/config.json` and its weights.
/// @throws Error(kModel)
ControlNet LoadControlNet(const std::filesystem::path& folder,
                          const Placement& placement);

}  // namespace stage::models
