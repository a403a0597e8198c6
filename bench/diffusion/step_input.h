#pragma once

#include <optional>

#include "diffusion/full_size_model.h"
#include "diffusion/layer_record.h"

namespace stage::bench {

/// What a guided step gives the UNet.
struct StepInput {
  StepInput(const models::ModelFamily& model,
            const models::Placement& placement);
  void Predict(models::UNet2DConditionModel& unet) const {
    unet(latents, timestep, conditioning);
  }

  torch::Tensor latents, timestep;
  models::Conditioning conditioning;
};

/// The step replayed as a CUDA graph; none where there are no graphs.
/// @return  the shortest of `times`
std::optional<Seconds> MeasureRecorded(int times,
                                       models::UNet2DConditionModel& unet,
                                       const StepInput& input,
                                       const models::Placement& placement);

}  // namespace stage::bench
