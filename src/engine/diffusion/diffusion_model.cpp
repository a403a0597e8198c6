#include "engine/diffusion/diffusion_model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include "core/error.h"
#include "engine/models/pipeline/diffusion_pipeline.h"
#include "engine/models/pipeline/prompt_encoder.h"

namespace stage::engine {
namespace {

using torch::Tensor;

models::Placement ChoosePlacement() {
  if (torch::cuda::is_available()) return {torch::kCUDA, torch::kBFloat16};
  return {torch::kCPU, torch::kFloat32};
}

/// Pixels as [1, channels, h, w], 0..1.
Tensor UnitTensor(const ImageU8& image) {
  return torch::from_blob(const_cast<uint8_t*>(image.data()),
                          {image.height(), image.width(), image.channels()},
                          torch::kUInt8)
      .to(torch::kFloat32)
      .div(255)
      .permute({2, 0, 1})
      .unsqueeze(0);
}

ImageU8 ToImage(const Tensor& unit) {
  const Tensor pixels = unit.squeeze(0)
                            .to(torch::kCPU, torch::kFloat32)
                            .clamp(0, 1)
                            .mul(255)
                            .round()
                            .to(torch::kUInt8)
                            .permute({1, 2, 0})
                            .contiguous();
  ImageU8 image(static_cast<int>(pixels.size(1)),
                static_cast<int>(pixels.size(0)),
                static_cast<int>(pixels.size(2)));
  std::copy_n(pixels.data_ptr<uint8_t>(), pixels.numel(), image.data());
  return image;
}

/// Turns libtorch's exceptions into the project's.
template <typename Work>
auto Translated(const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (text.find("out of memory") != std::string::npos ||
        text.find("not enough memory") != std::string::npos) {
      throw Error(ErrorKind::kDevice,
                  "out of memory: close other programs, or use a smaller "
                  "model");
    }
    throw Error(ErrorKind::kUnexpected, "libtorch: " + text);
  }
}

}  // namespace

struct DiffusionModel::State {
  State(const std::filesystem::path& folder, const models::Placement& place)
      : placement(place), encoder(folder, place), pipeline(folder, place) {}

  models::Placement placement;
  models::PromptEncoder encoder;
  models::DiffusionPipeline pipeline;
  models::ControlNet depth_control = nullptr;
};

DiffusionModel::DiffusionModel(const std::filesystem::path& folder,
                               const std::filesystem::path& depth_control,
                               int threads) {
  if (threads > 0) torch::set_num_threads(threads);
  state_ = Translated([&] {
    auto state = std::make_unique<State>(folder, ChoosePlacement());
    if (!depth_control.empty()) {
      state->depth_control =
          models::LoadControlNet(depth_control, state->placement);
    }
    return state;
  });
}

DiffusionModel::~DiffusionModel() = default;

int DiffusionModel::native_side_px() const {
  return static_cast<int>(state_->pipeline.unet()->config().sample_size *
                          state_->pipeline.vae()->config().downscale());
}

std::string DiffusionModel::device() const {
  return state_->placement.device.is_cuda() ? "cuda" : "cpu";
}

ImageU8 DiffusionModel::Inpaint(const InpaintRequest& request) {
  return Translated([&] {
    const torch::NoGradGuard no_grad;
    models::DiffusionRequest run;
    run.prompt = state_->encoder.Encode(request.prompt);
    run.negative = request.negative_prompt.empty()
                       ? state_->encoder.EncodeNothing()
                       : state_->encoder.Encode(request.negative_prompt);
    run.height = request.picture.height();
    run.width = request.picture.width();
    run.steps = request.steps;
    run.guidance = request.guidance;
    run.strength = request.strength;
    if (request.depth != nullptr && state_->depth_control) {
      models::Control control;
      control.net = state_->depth_control;
      control.image = UnitTensor(*request.depth);
      run.controls.push_back(std::move(control));
    }
    run.image = UnitTensor(request.picture) * 2 - 1;
    run.mask = UnitTensor(request.mask).gt(0).to(torch::kFloat32);
    const at::Generator generator =
        at::detail::createCPUGenerator(request.seed);
    // From the CPU on every device, so that devices agree.
    const models::DrawSource draw = [&](models::Draw,
                                        torch::IntArrayRef shape) {
      return torch::randn(shape, generator);
    };
    models::DiffusionProgress progress;
    progress.step = request.on_step;
    return ToImage(state_->pipeline.Run(run, draw, progress));
  });
}

}  // namespace stage::engine
