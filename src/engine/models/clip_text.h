#pragma once

#include <filesystem>
#include <vector>

#include "engine/models/clip_encoder.h"
#include "engine/models/load_weights.h"

namespace stage::models {

struct ModelPart;

/// The shape of one text encoder; field names match its config.json.
struct ClipTextConfig {
  ClipEncoderConfig encoder;
  int64_t vocab_size = 49408;
  int64_t max_position_embeddings = 77;
  int64_t eos_token_id = 49407;
  int64_t projection_dim = 0;  ///< of CLIPTextModelWithProjection, else 0

  /// @throws Error(kModel)
  static ClipTextConfig FromJson(const nlohmann::json& json);
};

/// What a text encoder makes of token ids.
struct TextEncoding {
  /// Embeddings, then every layer's output: [B, n, hidden_size] each, without
  /// the final norm.
  std::vector<torch::Tensor> hidden_states;
  torch::Tensor last_hidden_state;  ///< after the final norm
  /// The end mark's row of it, through text_projection where the model has
  /// one: [B, hidden_size or projection_dim].
  torch::Tensor pooled;
};

/// CLIP's text encoder (arXiv:2103.00020, section 2.4; names as in
/// transformers' CLIPTextModel and CLIPTextModelWithProjection).
class ClipTextModelImpl : public torch::nn::Module {
 public:
  explicit ClipTextModelImpl(ClipTextConfig config);
  /// @param ids   I64 [B, n], n <= max_position_embeddings
  /// @param mask  [B, n], 1 where attended to; undefined: everywhere, as the
  ///              published models were trained
  TextEncoding forward(const torch::Tensor& ids,
                       const torch::Tensor& mask = {});
  /// The final norm, for states of earlier layers.
  torch::Tensor FinalNorm(const torch::Tensor& state);

 private:
  torch::Tensor PooledRows(const torch::Tensor& ids,
                           const torch::Tensor& states) const;

  ClipTextConfig config_;
  std::shared_ptr<class ClipTextTransformer> text_model;
  Linear text_projection = nullptr;
};
TORCH_MODULE(ClipTextModel);

/// @throws Error(kModel)
ClipTextModel MakeClipText(const ModelPart& part, const Placement& placement);
/// Reads `folder/config.json` and its weights.
/// @throws Error(kModel)
ClipTextModel LoadClipText(const std::filesystem::path& folder,
                           const Placement& placement);

}  // namespace stage::models
