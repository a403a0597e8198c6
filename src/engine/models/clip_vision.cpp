#include "engine/models/clip_vision.h"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "engine/models/model_config.h"

namespace stage::models {
namespace {

using torch::Tensor;

class ClipVisionEmbeddingsImpl : public torch::nn::Module {
 public:
  explicit ClipVisionEmbeddingsImpl(const ClipVisionConfig& config) {
    const int64_t width = config.encoder.hidden_size;
    const int64_t side = config.image_size / config.patch_size;
    class_embedding =
        register_parameter("class_embedding", torch::empty({width}), false);
    patch_embedding =
        register_module("patch_embedding",
                        Conv2d(config.num_channels,
                               width,
                               Conv2dOptions{.kernel = config.patch_size,
                                             .stride = config.patch_size,
                                             .bias = Bias::kNo}));
    position_embedding = register_module("position_embedding",
                                         Embedding(1 + side * side, width));
  }
  Tensor forward(const Tensor& pixels) {
    const Tensor patches = patch_embedding(pixels).flatten(2).transpose(1, 2);
    const Tensor first =
        class_embedding.expand({pixels.size(0), 1, class_embedding.size(0)});
    return torch::cat({first, patches}, 1) + position_embedding->weight;
  }

 private:
  Tensor class_embedding;
  Conv2d patch_embedding = nullptr;
  Embedding position_embedding = nullptr;
};
TORCH_MODULE(ClipVisionEmbeddings);

}  // namespace

class ClipVisionTransformer : public torch::nn::Module {
 public:
  explicit ClipVisionTransformer(const ClipVisionConfig& config) {
    const int64_t width = config.encoder.hidden_size;
    const double epsilon = config.encoder.layer_norm_eps;
    embeddings = register_module("embeddings", ClipVisionEmbeddings(config));
    // The checkpoints' own spelling.
    pre_layrnorm = register_module("pre_layrnorm", LayerNorm(width, epsilon));
    encoder = register_module("encoder", ClipEncoder(config.encoder));
    post_layernorm =
        register_module("post_layernorm", LayerNorm(width, epsilon));
  }

  ClipVisionEmbeddings embeddings = nullptr;
  LayerNorm pre_layrnorm = nullptr, post_layernorm = nullptr;
  ClipEncoder encoder = nullptr;
};

ClipVisionConfig ClipVisionConfig::FromJson(const nlohmann::json& json) {
  const ModelConfig read(json);
  ClipVisionConfig config;
  config.encoder = ClipEncoderConfig::FromJson(json);
  config.image_size = read.Integer("image_size", 224);
  config.patch_size = read.Integer("patch_size", 32);
  config.num_channels = read.Integer("num_channels", 3);
  config.projection_dim = read.Integer("projection_dim", 512);
  return config;
}

ClipVisionModelImpl::ClipVisionModelImpl(ClipVisionConfig config)
    : image_size_(config.image_size) {
  vision_model = register_module(
      "vision_model", std::make_shared<ClipVisionTransformer>(config));
  visual_projection = register_module(
      "visual_projection",
      Linear(config.encoder.hidden_size, config.projection_dim, Bias::kNo));
}

ImageEncoding ClipVisionModelImpl::forward(const Tensor& pixels) {
  ImageEncoding encoding;
  encoding.hidden_states = vision_model->encoder(
      vision_model->pre_layrnorm(vision_model->embeddings(pixels)));
  encoding.last_hidden_state = encoding.hidden_states.back();
  encoding.image_embeds = visual_projection(
      vision_model->post_layernorm(encoding.last_hidden_state.select(1, 0)));
  return encoding;
}

ClipVisionModel LoadClipVision(const std::filesystem::path& folder,
                               const Placement& placement) {
  ClipVisionModel model(ClipVisionConfig::FromJson(ReadModelConfig(folder)));
  LoadWeights(*model, ReadCheckpoint(folder), placement);
  model->eval();
  return model;
}

}  // namespace stage::models
