#pragma once

#include <memory>
#include <vector>

#include "engine/models/transformer_2d.h"
#include "engine/models/unet_config.h"

namespace stage::models {

/// What a denoising step knows besides the noisy latents.
struct Conditioning {
  AttentionContext context;
  torch::Tensor text_embeds;  ///< XL: pooled text, [B, d]
  torch::Tensor time_ids;     ///< XL: [B, 6]: original, crop and target size
  /// Of ControlNets, added to the skips: one a skip, and the middle's.
  std::vector<torch::Tensor> down_residuals;
  torch::Tensor mid_residual;
};

/// Sinusoids of timesteps (arXiv:1706.03762, section 3.5).
/// @param timesteps  [B], may be fractional
/// @return           [B, channels], float32
torch::Tensor TimestepSinusoids(const torch::Tensor& timesteps,
                                int64_t channels,
                                bool cosines_first,
                                double freq_shift);

class TimestepEmbedding;

/// Time, and for XL text and sizes, as one vector; shared by UNet and
/// ControlNet through registration under the checkpoint's names.
class TimeConditioning {
 public:
  TimeConditioning(torch::nn::Module& owner,
                   const UNet2DConditionConfig& config);
  /// @return SiLU of the embedding, [B, time_channels]
  torch::Tensor Embed(const torch::Tensor& sample,
                      const torch::Tensor& timestep,
                      const Conditioning& conditioning) const;

 private:
  UNet2DConditionConfig config_;
  std::shared_ptr<TimestepEmbedding> time_embedding_, add_embedding_;
};

}  // namespace stage::models
