#include "engine/models/pipeline/diffusion_pipeline.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/cuda_ways.h"
#include "engine/models/model_config.h"
#include "engine/models/pipeline/batch_rows.h"
#include "engine/models/pipeline/latent_windows.h"
#include "engine/models/pipeline/on_device.h"
#include "engine/models/published_model.h"

namespace stage::models {
namespace {

using torch::Tensor;

/// arXiv:2305.08891, eq. 15 and 16.
Tensor Rescaled(const Tensor& guided, const Tensor& positive, double amount) {
  const std::vector<int64_t> dims = {1, 2, 3};
  const Tensor factor =
      positive.std(dims, true, true) / guided.std(dims, true, true);
  return guided * (amount * factor + (1 - amount));
}

}  // namespace

/// The state of one run.
class DiffusionPipeline::State {
 public:
  DiffusionPipeline& pipeline;
  const DiffusionRequest& request;
  const DrawSource& draw;
  const DiffusionProgress& progress;

  bool guided = false;
  size_t first = 0;     ///< step
  size_t handover = 0;  ///< first step of the refiner, if there is one
  Conditioning conditioning;
  Tensor latents, image_latents, noise;
  Tensor mask, masked_latents;  ///< at the latents' size
  std::vector<Tensor> control_images;

  // The network at work: the base, after the handover the refiner.
  OnDemand<UNet2DConditionModel>* unet = &pipeline.unet_;
  RecordedUNet* recorded = &pipeline.recorded_;
  const UNet2DConditionConfig* config = &pipeline.unet_config_;
  PromptEmbeds prompt = request.prompt;
  PromptEmbeds negative = request.negative;
  std::unique_ptr<Scheduler> fresh;  ///< the refiner's, without a past

  Scheduler& scheduler() { return fresh ? *fresh : *pipeline.scheduler_; }
  const std::vector<double>& timesteps() { return scheduler().timesteps(); }
  bool inpaints() const { return config->in_channels == 9; }
  bool refines() const { return unet != &pipeline.unet_; }
  /// Of the networks; the latents between their steps are float32.
  torch::TensorOptions options() const {
    return torch::TensorOptions(pipeline.placement_.type)
        .device(pipeline.placement_.device);
  }
  torch::TensorOptions exact() const {
    return options().dtype(torch::kFloat32);
  }
  Tensor Random(Draw purpose, torch::IntArrayRef shape) const {
    return ToDevice(draw(purpose, shape), exact());
  }

  std::vector<int64_t> LatentShape(int64_t batch) const {
    const auto& config = pipeline.vae_config_;
    return {batch,
            config.latent_channels,
            request.height / config.downscale(),
            request.width / config.downscale()};
  }

  Tensor Encoded(const Tensor& image, Draw purpose) {
    const OnDevice vae(*pipeline.vae_, pipeline.placement_, request.apart);
    const LatentDistribution distribution =
        pipeline.vae_->Encode(ToDevice(image, exact()), request.vae_tiling);
    const Tensor sample =
        distribution.Sample(Random(purpose, distribution.mean.sizes()));
    const auto& config = pipeline.vae_config_;
    return (sample - config.shift_factor) * config.scaling_factor;
  }

  /// How many steps a picture is noised back by.
  void Plan() {
    guided = request.guidance > 1;
    scheduler().SetTimesteps(request.steps);
    PlanHandover();
    if (!request.image.defined()) return;
    const auto steps = static_cast<double>(request.steps);
    const int made =
        std::min(static_cast<int>(steps * request.strength), request.steps);
    const auto skipped = static_cast<size_t>(std::max(request.steps - made, 0));
    first = skipped * static_cast<size_t>(scheduler().order());
    // PNDM has one step more than it was asked for: none of those asked for
    // left is too few with it as well.
    if (made < 1 || first >= timesteps().size()) {
      throw Error(ErrorKind::kUsage,
                  "--strength " + std::to_string(request.strength) +
                      " leaves no step of " + std::to_string(request.steps) +
                      "; raise one of them");
    }
    handover = std::max(handover, first);
  }

  void PlanHandover() {
    handover = timesteps().size();
    if (!request.refinement) return;
    const int64_t train = ModelConfig(pipeline.scheduler_config_)
                              .Integer("num_train_timesteps", 1000);
    handover = HandoverStep(timesteps(), train, request.refinement->from);
    TakeTurns(pipeline.unet_, request.refinement->refiner->unet);
  }

  /// Of two networks one on the device, where both are not to be there.
  void TakeTurns(OnDemand<UNet2DConditionModel>& in,
                 OnDemand<UNet2DConditionModel>& out) const {
    if (!request.apart || !pipeline.placement_.device.is_cuda()) return;
    out->to(torch::kCPU);
    in->to(pipeline.placement_.device);
  }

  /// From here on the refiner works on the latents as they are, with a
  /// scheduler of the same steps.
  void HandOver() {
    pipeline.LetStepsGo(request);
    const Refinement& refinement = *request.refinement;
    unet = &refinement.refiner->unet;
    recorded = &refinement.refiner->recorded;
    TakeTurns(*unet, pipeline.unet_);
    config = &refinement.refiner->config;
    prompt = refinement.prompt;
    negative = refinement.negative;
    nlohmann::json settings = pipeline.scheduler_config_;
    settings["prediction_type"] = refinement.refiner->prediction_type;
    fresh = MakeScheduler(pipeline.scheduler_name_, settings);
    fresh->options = pipeline.scheduler_->options;
    fresh->SetTimesteps(request.steps);
    conditioning = {};
    Condition();
  }

  void Begin() {
    const std::vector<int64_t> shape = LatentShape(request.variants);
    const bool masked = request.mask.defined();
    const bool from_noise =
        !request.image.defined() || (masked && request.strength >= 1);
    // The nine-channel network sees the picture by itself.
    const bool needs_image =
        request.image.defined() &&
        (!from_noise || !inpaints() || handover < timesteps().size());
    if (needs_image) {
      image_latents = Repeated(Encoded(request.image, Draw::kImageLatents),
                               request.variants);
    }
    for (const Control& control : request.controls) {
      control_images.push_back(ToDevice(control.image, options()));
    }
    noise = Random(Draw::kInitialNoise, shape);
    latents = from_noise ? noise * scheduler().init_noise_sigma()
                         : scheduler().AddNoise(
                               image_latents, noise, timesteps()[first]);
    if (!masked) return;
    const Tensor hole = ToDevice(request.mask >= 0.5, exact());
    mask = torch::upsample_nearest2d(hole, {shape[2], shape[3]});
    if (inpaints()) {
      masked_latents =
          Repeated(Encoded(ToDevice(request.image, exact()) * (1 - hole),
                           Draw::kMaskedLatents),
                   request.variants);
    }
  }

  Tensor TimeIds() const {
    std::vector<int64_t> hints = request.size_hints;
    if (hints.empty()) {
      hints = {
          request.height, request.width, 0, 0, request.height, request.width};
    }
    return SizeConditioning(*config,
                            conditioning.text_embeds.size(-1),
                            hints,
                            guided,
                            request.variants);
  }

  void Condition() {
    const auto rows = [&](const Tensor& without, const Tensor& with) {
      return RowsRepeated(Halves(without, with, guided), request.variants)
          .to(options());
    };
    const Tensor& unguided = guided ? negative.tokens : prompt.tokens;
    conditioning.context.text =
        rows(TokensAsLong(unguided, prompt.tokens.size(1)),
             TokensAsLong(prompt.tokens, unguided.size(1)));
    if (prompt.pooled.defined()) {
      conditioning.text_embeds = rows(negative.pooled, prompt.pooled);
      conditioning.time_ids = TimeIds().to(pipeline.placement_.device);
    }
    if (refines()) return;  // adapters are of the base
    for (const Tensor& tokens : request.image_tokens) {
      conditioning.context.images.push_back(
          RowsRepeated(tokens, request.variants).to(options()));
    }
  }

  /// The ControlNets that count in a step, each with its window's part of its
  /// picture.
  std::vector<StepControl> Controls(size_t step, const LatentWindow& window) {
    std::vector<StepControl> controls;
    if (refines()) return controls;  // they are of the base
    const auto count = static_cast<double>(handover - first);
    const double done = static_cast<double>(step - first) / count;
    const double next = static_cast<double>(step - first + 1) / count;
    for (size_t i = 0; i < request.controls.size(); ++i) {
      const Control& control = request.controls[i];
      if (done < control.start || next > control.end) continue;
      controls.push_back(
          {.net = control.net->Get(),
           .image = window.Of(control_images[i], pixels_a_cell()),
           .scale = control.scale,
           .guess = control.guess,
           .second_half = guided && control.guess == GuessMode::kOn});
    }
    return controls;
  }

  int64_t pixels_a_cell() const { return pipeline.vae_config_.downscale(); }

  /// What the network says of one window, both halves.
  /// @param input  the whole scaled latents, both halves
  Tensor PredictedIn(const LatentWindow& window,
                     const Tensor& input,
                     const Tensor& timestep,
                     size_t step) {
    StepInput seen{.sample = window.Of(input).to(options()),
                   .timestep = timestep,
                   .conditioning = conditioning,
                   .controls = Controls(step, window)};
    if (inpaints()) {
      seen.beside =
          torch::cat({Repeated(window.Of(mask), input.size(0)),
                      Repeated(window.Of(masked_latents), guided ? 2 : 1)},
                     1)
              .to(options());
    }
    if (request.apart) return PredictControlled(unet->Get(), seen).to(exact());
    return recorded->Predict(unet->Get(), seen, progress.warning).to(exact());
  }

  Tensor Predicted(size_t step) {
    const Tensor input =
        scheduler().ScaleInput(Repeated(latents, guided ? 2 : 1), step);
    const Tensor timestep =
        ToDevice(torch::tensor({timesteps()[step]}, torch::kFloat32), exact());
    const int64_t side = request.window > 0
                             ? request.window
                             : std::max(input.size(2), input.size(3));
    const auto windows = CoverWithWindows(input.size(2), input.size(3), side);
    Tensor output;
    if (windows.size() == 1) {
      output = PredictedIn(windows.front(), input, timestep, step);
    } else {
      output = AveragedOver(windows, [&](const LatentWindow& window) {
        return PredictedIn(window, input, timestep, step);
      });
    }
    if (!guided) return output;
    const std::vector<Tensor> parts = output.chunk(2);
    const Tensor mixed = parts[0] + request.guidance * (parts[1] - parts[0]);
    return request.guidance_rescale > 0
               ? Rescaled(mixed, parts[1], request.guidance_rescale)
               : mixed;
  }

  void Step(size_t step) {
    const NoiseSource source = [&](torch::IntArrayRef shape) {
      return Random(Draw::kStep, shape);
    };
    latents = scheduler().Step(Predicted(step), step, latents, source).previous;
    if (!mask.defined() || inpaints()) return;
    // Outside the mask the picture itself, as noisy as the next step wants.
    Tensor kept = image_latents;
    if (step + 1 < timesteps().size()) {
      kept = scheduler().AddNoise(kept, noise, timesteps()[step + 1]);
    }
    latents = (1 - mask) * kept + mask * latents;
  }

  Tensor Decoded() {
    const auto& config = pipeline.vae_config_;
    const OnDevice vae(*pipeline.vae_, pipeline.placement_, request.apart);
    const Tensor image = pipeline.vae_->Decode(
        latents / config.scaling_factor + config.shift_factor,
        request.vae_tiling);
    return (image / 2 + 0.5).clamp(0, 1);
  }
};

DiffusionPipeline::DiffusionPipeline(
    std::shared_ptr<const PublishedModel> model,
    const Placement& placement,
    const std::string& scheduler,
    Residence residence)
    : placement_(placement),
      unet_config_(UNet2DConditionConfig::FromJson(model->Part("unet").config)),
      vae_config_(AutoencoderKLConfig::FromJson(model->Part("vae").config)),
      unet_([=] { return MakeUNet(model->Part("unet"), placement); },
            residence),
      recorded_(MakeCudaRecorder(placement.device)),
      vae_(
          [=] {
            return MakeAutoencoderKL(model->Part("vae"),
                                     {placement.device, torch::kFloat32});
          },
          residence),
      scheduler_config_(model->Scheduler()),
      own_scheduler_(ModelConfig(scheduler_config_).Word("_class_name", "")) {
  UseScheduler(scheduler);
}

DiffusionPipeline::DiffusionPipeline(const std::filesystem::path& folder,
                                     const Placement& placement,
                                     const std::string& scheduler)
    : DiffusionPipeline(
          std::shared_ptr<const PublishedModel>(OpenModelFolder(folder)),
          placement,
          scheduler) {}

void DiffusionPipeline::UseScheduler(const std::string& name) {
  scheduler_name_ = name.empty() ? own_scheduler_ : name;
  scheduler_ = MakeScheduler(scheduler_name_, scheduler_config_);
}

Tensor DiffusionPipeline::Run(const DiffusionRequest& request,
                              const DrawSource& draw,
                              const DiffusionProgress& progress) {
  const torch::NoGradGuard no_grad;
  State run{.pipeline = *this,
            .request = request,
            .draw = draw,
            .progress = progress};
  if (request.apart) ForgetRecordings(request);
  run.Plan();
  LetStepsGo(request);  // of a run that was stopped
  run.Begin();
  vae_.LetGo();
  run.Condition();
  if (progress.latents) progress.latents(run.latents);
  if (progress.masked && run.mask.defined()) {
    progress.masked(run.mask, run.masked_latents);
  }
  const size_t count = scheduler_->timesteps().size();
  for (size_t step = run.first; step < count; ++step) {
    if (step == run.handover) run.HandOver();
    run.Step(step);
    if (progress.latents) progress.latents(run.latents);
    if (progress.step) {
      progress.step(static_cast<int>(step - run.first + 1),
                    static_cast<int>(count - run.first));
    }
  }
  LetStepsGo(request);
  const Tensor image = run.Decoded();
  vae_.LetGo();
  return image;
}

void DiffusionPipeline::LetStepsGo(const DiffusionRequest& request) {
  if (request.keep_networks) return;
  unet_.LetGo();
  for (const Control& control : request.controls) control.net->LetGo();
  if (request.refinement) request.refinement->refiner->unet.LetGo();
  if (!unet_.IsThere()) ForgetRecordings(request);
}

void DiffusionPipeline::ForgetRecordings(const DiffusionRequest& request) {
  recorded_.Forget();
  if (request.refinement) request.refinement->refiner->recorded.Forget();
}

}  // namespace stage::models
