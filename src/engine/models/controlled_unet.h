#pragma once

#include <torch/types.h>

#include <vector>

#include "engine/models/controlnet.h"
#include "engine/models/unet_2d_condition.h"

namespace stage::models {

/// A ControlNet at work in a step.
struct StepControl {
  ControlNet net = nullptr;
  torch::Tensor image;  ///< [1, 3, 8 h, 8 w], 0..1
  double scale = 1;
  GuessMode guess = GuessMode::kOff;
  /// Sees, and changes, the second half of the batch alone: that with the
  /// prompt.
  bool second_half = false;
};

/// What a UNet's step begins with.
struct StepInput {
  torch::Tensor sample;  ///< [B, channels, h, w], the ControlNets' too
  /// [B, more channels, h, w] that the UNet alone sees, after the sample's:
  /// inpainting networks' mask and masked picture; or undefined.
  torch::Tensor beside;
  torch::Tensor timestep;  ///< [1]
  /// Without residuals. Pictures of IP-Adapters are for the UNet alone.
  Conditioning conditioning;
  std::vector<StepControl> controls;
};

/// One forward pass of the ControlNets and, with what they add up to, of the
/// UNet.
/// @return  [B, out_channels, h, w]
torch::Tensor PredictControlled(UNet2DConditionModel& unet,
                                const StepInput& input);

}  // namespace stage::models
