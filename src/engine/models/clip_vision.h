#pragma once

#include <filesystem>
#include <vector>

#include "engine/models/clip_encoder.h"
#include "engine/models/load_weights.h"

namespace stage::models {

/// The shape of one picture encoder; field names match its config.json.
struct ClipVisionConfig {
  ClipEncoderConfig encoder;
  int64_t image_size = 224;
  int64_t patch_size = 14;
  int64_t num_channels = 3;
  int64_t projection_dim = 768;

  /// @throws Error(kModel)
  static ClipVisionConfig FromJson(const nlohmann::json& json);
};

struct ImageEncoding {
  /// Embeddings after pre_layrnorm, then every layer's output.
  std::vector<torch::Tensor> hidden_states;  ///< [B, 1 + patches, hidden_size]
  torch::Tensor last_hidden_state;
  torch::Tensor image_embeds;  ///< [B, projection_dim]
};

/// CLIP's picture encoder, a vision transformer (arXiv:2103.00020, section
/// 2.4; names as in transformers' CLIPVisionModelWithProjection).
class ClipVisionModelImpl : public torch::nn::Module {
 public:
  explicit ClipVisionModelImpl(ClipVisionConfig config);
  /// @param pixels  [B, 3, image_size, image_size], normalised
  ImageEncoding forward(const torch::Tensor& pixels);
  int64_t image_size() const { return image_size_; }

 private:
  int64_t image_size_;
  std::shared_ptr<class ClipVisionTransformer> vision_model;
  Linear visual_projection = nullptr;
};
TORCH_MODULE(ClipVisionModel);

/// Reads `folder/config.json` and its weights.
/// @throws Error(kModel)
ClipVisionModel LoadClipVision(const std::filesystem::path& folder,
                               const Placement& placement);

}  // namespace stage::models
