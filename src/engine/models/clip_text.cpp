#include "engine/models/clip_text.h"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "engine/models/model_config.h"
#include "engine/models/published_model.h"

namespace stage::models {
namespace {

using torch::Tensor;

// Old config files give the wrong id; their models pool at the largest id.
constexpr int64_t kMistakenEos = 2;

class ClipTextEmbeddingsImpl : public torch::nn::Module {
 public:
  explicit ClipTextEmbeddingsImpl(const ClipTextConfig& config) {
    const int64_t width = config.encoder.hidden_size;
    token_embedding =
        register_module("token_embedding", Embedding(config.vocab_size, width));
    position_embedding = register_module(
        "position_embedding", Embedding(config.max_position_embeddings, width));
  }
  Tensor forward(const Tensor& ids) {
    return token_embedding(ids) +
           position_embedding->weight.narrow(0, 0, ids.size(1));
  }

 private:
  Embedding token_embedding = nullptr, position_embedding = nullptr;
};
TORCH_MODULE(ClipTextEmbeddings);

/// Zero where row may attend to column, a large negative number elsewhere.
Tensor AttentionMask(const Tensor& ids,
                     const Tensor& mask,
                     const Tensor& like) {
  const int64_t n = ids.size(1);
  // Near the lowest number of the type, so that softmax makes it 0.
  const double never = like.scalar_type() == torch::kFloat16 ? -65504 : -3e38;
  const auto options = like.options();
  Tensor scores =
      torch::full({n, n}, never, options).triu(1).view({1, 1, n, n});
  if (mask.defined()) {
    scores = scores.masked_fill(mask.view({-1, 1, 1, n}) == 0, never);
  }
  return scores;
}

}  // namespace

class ClipTextTransformer : public torch::nn::Module {
 public:
  explicit ClipTextTransformer(const ClipTextConfig& config) {
    embeddings = register_module("embeddings", ClipTextEmbeddings(config));
    encoder = register_module("encoder", ClipEncoder(config.encoder));
    final_layer_norm = register_module(
        "final_layer_norm",
        LayerNorm(config.encoder.hidden_size, config.encoder.layer_norm_eps));
  }

  ClipTextEmbeddings embeddings = nullptr;
  ClipEncoder encoder = nullptr;
  LayerNorm final_layer_norm = nullptr;
};

ClipTextConfig ClipTextConfig::FromJson(const nlohmann::json& json) {
  const ModelConfig read(json);
  ClipTextConfig config;
  config.encoder = ClipEncoderConfig::FromJson(json);
  config.vocab_size = read.Integer("vocab_size", 49408);
  config.max_position_embeddings = read.Integer("max_position_embeddings", 77);
  config.eos_token_id = read.Integer("eos_token_id", 49407);
  for (const std::string& architecture : read.Words("architectures")) {
    if (architecture == "CLIPTextModelWithProjection") {
      config.projection_dim = read.Integer("projection_dim", 512);
    }
  }
  return config;
}

ClipTextModelImpl::ClipTextModelImpl(ClipTextConfig config)
    : config_(std::move(config)) {
  text_model = register_module("text_model",
                               std::make_shared<ClipTextTransformer>(config_));
  if (config_.projection_dim > 0) {
    text_projection = register_module(
        "text_projection",
        Linear(config_.encoder.hidden_size, config_.projection_dim, Bias::kNo));
  }
}

Tensor ClipTextModelImpl::PooledRows(const Tensor& ids,
                                     const Tensor& states) const {
  const Tensor ends =
      config_.eos_token_id == kMistakenEos
          ? ids.argmax(-1)
          : (ids == config_.eos_token_id).to(torch::kInt).argmax(-1);
  const Tensor rows = torch::arange(ids.size(0), ends.options());
  return states.index({rows, ends});
}

TextEncoding ClipTextModelImpl::forward(const Tensor& ids, const Tensor& mask) {
  const Tensor embedded = text_model->embeddings(ids);
  TextEncoding encoding;
  encoding.hidden_states =
      text_model->encoder(embedded, AttentionMask(ids, mask, embedded));
  encoding.last_hidden_state = FinalNorm(encoding.hidden_states.back());
  encoding.pooled = PooledRows(ids, encoding.last_hidden_state);
  if (!text_projection.is_empty()) {
    encoding.pooled = text_projection(encoding.pooled);
  }
  return encoding;
}

Tensor ClipTextModelImpl::FinalNorm(const Tensor& state) {
  return text_model->final_layer_norm(state);
}

ClipTextModel MakeClipText(const ModelPart& part, const Placement& placement) {
  ClipTextModel model(ClipTextConfig::FromJson(part.config));
  LoadWeights(*model, part.weights, placement, part.name_in_checkpoint);
  model->eval();
  return model;
}

ClipTextModel LoadClipText(const std::filesystem::path& folder,
                           const Placement& placement) {
  return MakeClipText(ReadPart(folder), placement);
}

}  // namespace stage::models
