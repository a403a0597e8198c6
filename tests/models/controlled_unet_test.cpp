#include "engine/models/controlled_unet.h"

#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

const std::filesystem::path kModels =
    std::filesystem::path(STAGE_SOURCE_DIR) / "tests/parity/models";

struct Fixture {
  torch::NoGradGuard no_grad;
  UNet2DConditionModel unet = LoadUNet(kModels / "sd15/unet", {});
  StepInput input = [] {
    torch::manual_seed(5);
    StepInput made;
    made.sample = torch::randn({2, 4, 8, 8});
    made.timestep = torch::full({1}, 400.0);
    made.conditioning.context.text = torch::randn({2, 77, 32});
    return made;
  }();

  static StepControl Control() {
    return {.net = LoadControlNet(kModels / "sd15_controlnet", {}),
            .image = torch::rand({1, 3, 64, 64})};
  }
  static bool Close(const Tensor& a, const Tensor& b) {
    return a.sizes() == b.sizes() && (a - b).abs().max().item<double>() < 1e-5;
  }
};

TEST_CASE_FIXTURE(Fixture, "PredictControlled: residuals are added up") {
  input.controls = {Control(), Control()};
  input.controls[1].scale = 0.5;
  Conditioning conditioning = input.conditioning;
  for (StepControl& control : input.controls) {
    const ControlResiduals residuals =
        control.net(input.sample,
                    input.timestep,
                    input.conditioning,
                    control.image.repeat({2, 1, 1, 1}),
                    control.scale);
    if (conditioning.down_residuals.empty()) {
      conditioning.down_residuals = residuals.down;
      conditioning.mid_residual = residuals.mid;
      continue;
    }
    for (size_t i = 0; i < residuals.down.size(); ++i) {
      conditioning.down_residuals[i] =
          conditioning.down_residuals[i] + residuals.down[i];
    }
    conditioning.mid_residual = conditioning.mid_residual + residuals.mid;
  }
  const Tensor expected = unet(input.sample, input.timestep, conditioning);
  CHECK(Close(PredictControlled(unet, input), expected));
  input.controls.clear();
  CHECK_FALSE(Close(PredictControlled(unet, input), expected));
}

TEST_CASE_FIXTURE(Fixture,
                  "PredictControlled: the half with the prompt alone") {
  const Tensor plain = PredictControlled(unet, input);
  input.controls = {Control()};
  const Tensor both = PredictControlled(unet, input);
  input.controls[0].second_half = true;
  const Tensor half = PredictControlled(unet, input);
  CHECK(Close(half[0], plain[0]));
  CHECK(Close(half[1], both[1]));
  CHECK_FALSE(Close(half[0], both[0]));
}

TEST_CASE_FIXTURE(Fixture,
                  "PredictControlled: more channels for the UNet alone") {
  unet = LoadUNet(kModels / "sd15_inpaint/unet", {});
  input.controls = {Control()};
  input.beside = torch::randn({2, 5, 8, 8});
  const Tensor first = PredictControlled(unet, input);
  CHECK(first.sizes() == input.sample.sizes());
  input.beside = torch::randn({2, 5, 8, 8});
  CHECK_FALSE(Close(PredictControlled(unet, input), first));
}

}  // namespace
}  // namespace stage::test
