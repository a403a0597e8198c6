#include "engine/models/controlled_unet.h"

#include <torch/torch.h>

namespace stage::models {
namespace {

using torch::Tensor;

Tensor SecondHalf(const Tensor& x) {
  return x.defined() ? x.slice(0, x.size(0) / 2) : x;
}

Conditioning SecondHalf(Conditioning conditioning) {
  conditioning.context.text = SecondHalf(conditioning.context.text);
  conditioning.text_embeds = SecondHalf(conditioning.text_embeds);
  conditioning.time_ids = SecondHalf(conditioning.time_ids);
  return conditioning;
}

Tensor AfterZeros(const Tensor& x) {
  return torch::cat({torch::zeros_like(x), x});
}

ControlResiduals Residuals(StepControl control, const StepInput& input) {
  const bool half = control.second_half;
  const Tensor sample = half ? SecondHalf(input.sample) : input.sample;
  Conditioning conditioning =
      half ? SecondHalf(input.conditioning) : input.conditioning;
  conditioning.context.images.clear();
  ControlResiduals residuals = control.net(sample,
                                           input.timestep,
                                           conditioning,
                                           control.image,
                                           control.scale,
                                           control.guess);
  if (!half) return residuals;
  for (Tensor& residual : residuals.down) residual = AfterZeros(residual);
  residuals.mid = AfterZeros(residuals.mid);
  return residuals;
}

}  // namespace

Tensor PredictControlled(UNet2DConditionModel& unet, const StepInput& input) {
  Conditioning conditioning = input.conditioning;
  if (!input.controls.empty()) {
    ControlResiduals sum = Residuals(input.controls.front(), input);
    for (size_t i = 1; i < input.controls.size(); ++i) {
      sum.Add(Residuals(input.controls[i], input));
    }
    conditioning.down_residuals = std::move(sum.down);
    conditioning.mid_residual = std::move(sum.mid);
  }
  const Tensor seen = input.beside.defined()
                          ? torch::cat({input.sample, input.beside}, 1)
                          : input.sample;
  return unet(seen, input.timestep, conditioning);
}

}  // namespace stage::models
