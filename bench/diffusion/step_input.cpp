#include "diffusion/step_input.h"

#include <torch/torch.h>

#include <cstdio>

#include "engine/models/recorded_unet.h"

namespace stage::bench {

StepInput::StepInput(const models::ModelFamily& model,
                     const models::Placement& placement)
    : latents(torch::randn(
          {2, 4, model.side_px / 8, model.side_px / 8},
          torch::TensorOptions(placement.type).device(placement.device))),
      timestep(torch::full({1}, 500.0, torch::TensorOptions(torch::kFloat32))
                   .to(placement.device)),
      conditioning(RandomConditioning(model, 2, placement)) {}

std::optional<Seconds> MeasureRecorded(int times,
                                       models::UNet2DConditionModel& unet,
                                       const StepInput& input,
                                       const models::Placement& placement) {
  auto recorder = models::MakeCudaRecorder(placement.device);
  if (!recorder) return std::nullopt;
  models::RecordedUNet recorded(std::move(recorder));
  bool fails = false;
  const auto step = [&] {
    recorded.Predict(unet,
                     {.sample = input.latents,
                      .timestep = input.timestep,
                      .conditioning = input.conditioning},
                     [&](const std::string& text) {
                       std::fprintf(stderr, "diffusion: %s\n", text.c_str());
                       fails = true;
                     });
  };
  step();  // as usual
  step();  // recorded
  if (fails) return std::nullopt;
  return Fastest(times, placement, step);
}

}  // namespace stage::bench
