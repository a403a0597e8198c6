#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/models/autoencoder_kl.h"
#include "engine/models/controlnet.h"
#include "engine/models/on_demand.h"
#include "engine/models/pipeline/latent_refiner.h"
#include "engine/models/pipeline/prompt_encoder.h"
#include "engine/models/schedulers/scheduler.h"
#include "engine/models/unet_2d_condition.h"

namespace stage::models {

class PublishedModel;

/// What random numbers are drawn for; each is drawn once a run, steps once
/// each.
enum class Draw {
  kImageLatents,  ///< the picture's posterior
  kInitialNoise,
  kMaskedLatents,  ///< the masked picture's posterior
  kStep,
};
/// Standard normal numbers of a shape, float32 on the CPU.
using DrawSource =
    std::function<torch::Tensor(Draw purpose, torch::IntArrayRef shape)>;

/// A control picture and the network that reads it.
struct Control {
  std::shared_ptr<OnDemand<ControlNet>> net;
  torch::Tensor image;  ///< [1, 3, height, width], 0..1
  double scale = 1;
  double start = 0;  ///< part of the run from which on it counts
  double end = 1;
  GuessMode guess = GuessMode::kOff;
};

/// Who makes the last steps in place of the model itself, and with what words.
struct Refinement {
  std::shared_ptr<LatentRefiner> refiner;
  PromptEmbeds prompt;
  PromptEmbeds negative;  ///< needed where guidance > 1
  double from = 0.8;      ///< part of the whole schedule, see HandoverStep
};

/// One run. With `image` it begins from a picture, with `mask` too it changes
/// only what the mask covers.
struct DiffusionRequest {
  PromptEmbeds prompt;
  PromptEmbeds negative;  ///< needed where guidance > 1
  int64_t height = 512;   ///< pixels, multiples of 8
  int64_t width = 512;
  int64_t variants = 1;
  int steps = 20;
  double guidance = 7.5;        ///< 1: the prompt alone (arXiv:2207.12598)
  double guidance_rescale = 0;  ///< arXiv:2305.08891, eq. 16
  double strength = 1;          ///< 0..1: how much of a picture may change
  torch::Tensor image;          ///< [1, 3, height, width], -1..1
  torch::Tensor mask;           ///< [1, 1, height, width], 1 where to change
  std::vector<Control> controls;
  /// Of IP-Adapters attached to the UNet: [2, tokens, d], without and with the
  /// picture; [1, ...] where guidance is 1.
  std::vector<torch::Tensor> image_tokens;
  /// XL: original size, crop and target size as height, width, top, left,
  /// height, width; empty: the picture's own.
  std::vector<int64_t> size_hints;
  Tiling vae_tiling = Tiling::kWhole;
  /// Latent cells a side of the windows that a larger picture is denoised in,
  /// their predictions averaged in each step (arXiv:2302.08113); 0: at once.
  int64_t window = 0;
  std::optional<Refinement> refinement;
  /// Keeps off the device what is not at work: the autoencoder while a UNet is
  /// and, of two UNets, the other. Steps are not recorded then: a recording
  /// keeps its memory.
  bool apart = false;
  /// Keeps UNets and ControlNets in memory after the run, for the next.
  bool keep_networks = false;
};

/// What a run shows as it goes on.
struct DiffusionProgress {
  std::function<void(int done, int of)> step;  ///< may throw to stop the run
  std::function<void(const std::string& text)> warning;
  /// The latents before the first step and after each.
  std::function<void(const torch::Tensor& latents)> latents;
  /// With a mask: it and, for nine-channel networks, the masked picture's
  /// latents, at their size.
  std::function<void(const torch::Tensor& mask, const torch::Tensor& masked)>
      masked;
};

/// A published Stable Diffusion model (1.x, 2.x or XL): its UNet (four
/// channels, or nine for inpainting), autoencoder and scheduler
/// (arXiv:2112.10752, arXiv:2307.01952).
class DiffusionPipeline {
 public:
  /// The autoencoder works in float32 whatever the placement says: bfloat16
  /// has too few steps for a picture's tones, float16 overflows.
  /// @param scheduler  name for MakeScheduler; empty: the model's own
  /// @param residence  of each network while others work
  /// @throws Error(kModel)
  DiffusionPipeline(std::shared_ptr<const PublishedModel> model,
                    const Placement& placement,
                    const std::string& scheduler = "",
                    Residence residence = Residence::kStays);
  DiffusionPipeline(const std::filesystem::path& folder,
                    const Placement& placement,
                    const std::string& scheduler = "");

  /// @param name  for MakeScheduler; empty: the model's own
  /// @throws Error(kUsage) for an unknown name
  void UseScheduler(const std::string& name);
  /// The class that the model's files name.
  const std::string& own_scheduler() const { return own_scheduler_; }

  /// @return [variants, 3, height, width], 0..1
  torch::Tensor Run(const DiffusionRequest& request,
                    const DrawSource& draw,
                    const DiffusionProgress& progress = {});
  OnDemand<UNet2DConditionModel>& unet() { return unet_; }
  /// Has steps recorded otherwise than by the device's own means.
  void RecordBy(std::unique_ptr<WorkRecorder> recorder) {
    recorded_ = RecordedUNet(std::move(recorder));
  }
  const UNet2DConditionConfig& unet_config() const { return unet_config_; }
  const AutoencoderKLConfig& vae_config() const { return vae_config_; }
  Scheduler& scheduler() { return *scheduler_; }
  const Placement& placement() const { return placement_; }
  bool inpaints() const { return unet_config_.in_channels == 9; }

 private:
  class State;
  /// Lets go of what only the steps need.
  void LetStepsGo(const DiffusionRequest& request);
  void ForgetRecordings(const DiffusionRequest& request);

  Placement placement_;
  UNet2DConditionConfig unet_config_;
  AutoencoderKLConfig vae_config_;
  OnDemand<UNet2DConditionModel> unet_;
  RecordedUNet recorded_;  ///< of unet_
  OnDemand<AutoencoderKL> vae_;
  nlohmann::json scheduler_config_;
  std::string own_scheduler_, scheduler_name_;
  std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace stage::models
