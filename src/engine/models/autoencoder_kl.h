#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "engine/models/checkpoint.h"
#include "engine/models/layers.h"
#include "engine/models/load_weights.h"

namespace stage::models {

struct ModelPart;

/// The shape of one autoencoder; field names match its config.json.
struct AutoencoderKLConfig {
  int64_t in_channels = 3;
  int64_t out_channels = 3;
  int64_t latent_channels = 4;
  std::vector<int64_t> block_out_channels = {128, 256, 512, 512};
  int64_t layers_per_block = 2;
  int64_t norm_num_groups = 32;
  int64_t sample_size = 512;  ///< pixels a side of a tile
  double scaling_factor = 0.18215;
  double shift_factor = 0;
  bool use_quant_conv = true;
  bool use_post_quant_conv = true;
  bool mid_block_add_attention = true;
  bool force_upcast = false;  ///< overflows in half precision

  /// @throws Error(kModel) naming a field that is missing or not supported
  static AutoencoderKLConfig FromJson(const nlohmann::json& json);
  /// Pixels a side of a latent cell: 8 for all published models.
  int64_t downscale() const {
    return int64_t{1} << (block_out_channels.size() - 1);
  }
};

/// A normal distribution for every latent number.
struct LatentDistribution {
  torch::Tensor mean;    ///< [B, latent_channels, h, w]
  torch::Tensor logvar;  ///< clamped to [-30, 20]

  torch::Tensor std() const;
  /// @param noise  standard normal, of the mean's shape
  torch::Tensor Sample(const torch::Tensor& noise) const;
};

enum class Tiling { kWhole, kTiled };

class VaeEncoder;
class VaeDecoder;

/// The autoencoder of latent diffusion (arXiv:2112.10752, section 3.1);
/// submodule names follow diffusers' AutoencoderKL. Latents are in the
/// decoder's own units: callers apply scaling_factor and shift_factor.
class AutoencoderKLImpl : public torch::nn::Module {
 public:
  explicit AutoencoderKLImpl(AutoencoderKLConfig config);

  /// @param image   [B, 3, H, W], -1..1
  /// @return        over [B, latent_channels, H / 8, W / 8]
  LatentDistribution Encode(const torch::Tensor& image,
                            Tiling tiling = Tiling::kWhole);
  /// @param latents [B, latent_channels, h, w]
  /// @return        [B, 3, 8 h, 8 w], about -1..1, not clamped
  torch::Tensor Decode(const torch::Tensor& latents,
                       Tiling tiling = Tiling::kWhole);
  const AutoencoderKLConfig& config() const { return config_; }

 private:
  torch::Tensor EncodeMoments(const torch::Tensor& image);
  torch::Tensor DecodeWhole(const torch::Tensor& latents);

  AutoencoderKLConfig config_;
  std::shared_ptr<VaeEncoder> encoder;
  std::shared_ptr<VaeDecoder> decoder;
  Conv2d quant_conv = nullptr, post_quant_conv = nullptr;
};
TORCH_MODULE(AutoencoderKL);

/// @throws Error(kModel)
AutoencoderKL MakeAutoencoderKL(const ModelPart& part,
                                const Placement& placement);
/// Reads `folder/config.json` and its weights, old attention names too.
/// @throws Error(kModel)
AutoencoderKL LoadAutoencoderKL(const std::filesystem::path& folder,
                                const Placement& placement);

}  // namespace stage::models
