#pragma once

#include <torch/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/models/on_demand.h"
#include "engine/models/pipeline/prompt_encoder.h"
#include "engine/models/recorded_unet.h"
#include "engine/models/unet_2d_condition.h"

namespace stage::models {

/// XL's second network, which makes the last steps of a run in place of the
/// base: it was trained on the lower noise levels alone (arXiv:2307.01952,
/// section 2.5). It takes the base's latents as they are, its autoencoder and
/// what its second text encoder says: all three are the same in both models.
struct LatentRefiner {
  UNet2DConditionConfig config;
  OnDemand<UNet2DConditionModel> unet;
  RecordedUNet recorded;
  std::string prediction_type;  ///< as in scheduler_config.json
  /// What it takes for no negative prompt: zeros, or the empty text.
  bool zeros_for_nothing = false;
};

/// @param folder  with model_index.json, scheduler and unet
/// @throws Error(kModel); also for a model that is no refiner
std::shared_ptr<LatentRefiner> LoadLatentRefiner(
    const std::filesystem::path& folder,
    const Placement& placement,
    Residence residence);

/// What XL's second text encoder alone says: the last columns.
/// @param both   of both encoders, [1, n, d1 + d2]
/// @param width  d2: the refiner's cross_attention_dim
/// @throws Error(kModel) when `both` is of no XL model
PromptEmbeds OfSecondEncoder(const PromptEmbeds& both, int64_t width);

/// The step that the refiner begins with: the first one below what is left of
/// the training's timesteps after `part` of them. Counted over the whole
/// schedule, whatever a run's strength leaves out of it.
/// @param timesteps  most noisy first
/// @param train      timesteps of the training
/// @param part       0..1; 1: none
size_t HandoverStep(const std::vector<double>& timesteps,
                    int64_t train,
                    double part);

/// XL: the sizes that a picture of this kind was trained with, a row each for
/// the half without and with the prompt. The refiner has a score of beauty in
/// place of the target size.
/// @param pooled_width  of the pooled text
/// @param hints         original size, crop, target size: height, width, top,
///                      left, height, width
/// @return              [1 or 2 times variants, 6 or 5]
torch::Tensor SizeConditioning(const UNet2DConditionConfig& config,
                               int64_t pooled_width,
                               const std::vector<int64_t>& hints,
                               bool guided,
                               int64_t variants);

}  // namespace stage::models
