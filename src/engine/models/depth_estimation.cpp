#include "engine/models/depth_estimation.h"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/model_config.h"
#include "engine/models/name_group.h"

namespace stage::models {
namespace {

using torch::Tensor;
using torch::nn::ModuleList;

constexpr double kBackboneEpsilon = 1e-6;
constexpr Conv2dOptions kSame{.padding = 1};
constexpr Conv2dOptions kPoint{.kernel = 1};

/// [B, 1 + n, c] -> [B, c, rows, columns], without the class token.
Tensor PatchMap(const Tensor& tokens, int64_t rows, int64_t columns) {
  return tokens.slice(1, 1).transpose(1, 2).reshape(
      {tokens.size(0), -1, rows, columns});
}

Tensor Resized(const Tensor& x, int64_t height, int64_t width) {
  return torch::upsample_bilinear2d(x, {height, width}, /*align_corners=*/true);
}

/// Brings one layer's patches to its own size.
class ReassembleImpl : public torch::nn::Module {
 public:
  ReassembleImpl(int64_t in, int64_t out, double factor) {
    projection = register_module("projection", Conv2d(in, out, kPoint));
    if (factor > 1) {
      const auto times = static_cast<int64_t>(factor);
      enlarge_ =
          register_module("resize", ConvTranspose2d(out, out, times, times));
    } else if (factor < 1) {
      shrink_ = register_module(
          "resize",
          Conv2d(out,
                 out,
                 Conv2dOptions{.stride = static_cast<int64_t>(1 / factor),
                               .padding = 1}));
    }
  }
  Tensor forward(const Tensor& map) {
    const Tensor x = projection(map);
    if (!enlarge_.is_empty()) return enlarge_(x);
    return shrink_.is_empty() ? x : shrink_(x);
  }

 private:
  Conv2d projection = nullptr, shrink_ = nullptr;
  ConvTranspose2d enlarge_ = nullptr;
};
TORCH_MODULE(Reassemble);

class ResidualUnitImpl : public torch::nn::Module {
 public:
  explicit ResidualUnitImpl(int64_t width) {
    convolution1 = register_module("convolution1", Conv2d(width, width, kSame));
    convolution2 = register_module("convolution2", Conv2d(width, width, kSame));
  }
  Tensor forward(const Tensor& x) {
    return x + convolution2(torch::relu(convolution1(torch::relu(x))));
  }

 private:
  Conv2d convolution1 = nullptr, convolution2 = nullptr;
};
TORCH_MODULE(ResidualUnit);

/// Joins a finer map to what was fused so far.
class FusionLayerImpl : public torch::nn::Module {
 public:
  explicit FusionLayerImpl(int64_t width) {
    projection = register_module("projection", Conv2d(width, width, kPoint));
    residual_layer1 = register_module("residual_layer1", ResidualUnit(width));
    residual_layer2 = register_module("residual_layer2", ResidualUnit(width));
  }
  /// @param fused  undefined for the coarsest map
  Tensor forward(const Tensor& fused,
                 const Tensor& map,
                 int64_t height,
                 int64_t width) {
    Tensor x = map;
    if (fused.defined()) {
      Tensor finer = map;
      if (finer.sizes() != fused.sizes()) {
        finer = torch::upsample_bilinear2d(
            map, {fused.size(2), fused.size(3)}, /*align_corners=*/false);
      }
      x = fused + residual_layer1(finer);
    }
    return projection(Resized(residual_layer2(x), height, width));
  }

 private:
  Conv2d projection = nullptr;
  ResidualUnit residual_layer1 = nullptr, residual_layer2 = nullptr;
};
TORCH_MODULE(FusionLayer);

}  // namespace

/// From a few layers' tokens to one map.
class DepthNeck : public torch::nn::Module {
 public:
  explicit DepthNeck(const DepthConfig& config) : is_dpt_(config.is_dpt) {
    const int64_t in = config.backbone.width;
    const size_t count = config.neck_hidden_sizes.size();
    const auto stage = NameGroup(*this, "reassemble_stage");
    reassemble_ = stage->register_module("layers", ModuleList());
    convs_ = register_module("convs", ModuleList());
    fusion_ = NameGroup(*this, "fusion_stage")
                  ->register_module("layers", ModuleList());
    const auto readouts =
        is_dpt_ ? NameGroup(*stage, "readout_projects") : nullptr;
    for (size_t i = 0; i < count; ++i) {
      const int64_t width = config.neck_hidden_sizes[i];
      reassemble_->push_back(
          Reassemble(in, width, config.reassemble_factors[i]));
      convs_->push_back(Conv2d(width,
                               config.fusion_hidden_size,
                               Conv2dOptions{.padding = 1, .bias = Bias::kNo}));
      fusion_->push_back(FusionLayer(config.fusion_hidden_size));
      if (is_dpt_) {
        readouts_.push_back(NameGroup(*readouts, std::to_string(i))
                                ->register_module("0", Linear(2 * in, in)));
      }
    }
  }

  Tensor forward(const std::vector<Tensor>& tokens,
                 int64_t rows,
                 int64_t columns) {
    std::vector<Tensor> maps;
    for (size_t i = 0; i < tokens.size(); ++i) {
      maps.push_back(convs_[i]->as<Conv2d>()->forward(
          reassemble_[i]->as<Reassemble>()->forward(
              PatchMap(WithReadout(tokens[i], i), rows, columns))));
    }
    Tensor fused;
    for (size_t i = 0; i < maps.size(); ++i) {
      const Tensor& map = maps[maps.size() - 1 - i];  // coarsest first
      const Tensor& like = fused.defined() ? fused : map;
      int64_t height = 2 * like.size(2);
      int64_t width = 2 * like.size(3);
      if (!is_dpt_ && i + 1 < maps.size()) {
        height = maps[maps.size() - 2 - i].size(2);
        width = maps[maps.size() - 2 - i].size(3);
      }
      fused = fusion_[i]->as<FusionLayer>()->forward(fused, map, height, width);
    }
    return fused;
  }

 private:
  /// DPT: the class token tells every patch what the whole picture is.
  Tensor WithReadout(const Tensor& tokens, size_t i) {
    if (!is_dpt_) return tokens;
    const Tensor first = tokens.slice(1, 0, 1).expand_as(tokens);
    return torch::gelu(readouts_[i](torch::cat({tokens, first}, -1)));
  }

  bool is_dpt_;
  ModuleList reassemble_ = nullptr, convs_ = nullptr, fusion_ = nullptr;
  std::vector<Linear> readouts_;
};

/// From the fused map to depths.
class DepthHead : public torch::nn::Module {
 public:
  explicit DepthHead(const DepthConfig& config) : config_(config) {
    const int64_t width = config.fusion_hidden_size;
    conv1_ = register_module("conv1", Conv2d(width, width / 2, kSame));
    conv2_ = register_module("conv2",
                             Conv2d(width / 2, config.head_hidden_size, kSame));
    conv3_ =
        register_module("conv3", Conv2d(config.head_hidden_size, 1, kPoint));
  }
  Tensor forward(const Tensor& fused, int64_t height, int64_t width) {
    Tensor x = conv1_(fused);
    x = config_.is_dpt ? Resized(x, 2 * x.size(2), 2 * x.size(3))
                       : Resized(x, height, width);
    x = conv3_(torch::relu(conv2_(x))).squeeze(1);
    return config_.kind == DepthKind::kMetric
               ? torch::sigmoid(x) * config_.max_depth
               : torch::relu(x);
  }

 private:
  DepthConfig config_;
  Conv2d conv1_ = nullptr, conv2_ = nullptr, conv3_ = nullptr;
};

namespace {

/// Names that DPT's files have instead.
std::string DptName(std::string name) {
  static const std::vector<std::pair<std::string, std::string>> kWords = {
      {"backbone.", "dpt."},
      {".norm1.", ".layernorm_before."},
      {".norm2.", ".layernorm_after."},
      {".mlp.fc1.", ".intermediate.dense."},
      {".mlp.fc2.", ".output.dense."},
      {"head.conv1.", "head.head.0."},
      {"head.conv2.", "head.head.2."},
      {"head.conv3.", "head.head.4."}};
  for (const auto& [ours, theirs] : kWords) {
    const size_t at = name.find(ours);
    if (at != std::string::npos) name.replace(at, ours.size(), theirs);
  }
  return name;
}

std::vector<double> Factors(const nlohmann::json& json) {
  if (!json.contains("reassemble_factors")) return {4, 2, 1, 0.5};
  return json["reassemble_factors"].get<std::vector<double>>();
}

DepthConfig DptConfig(const nlohmann::json& json) {
  const ModelConfig read(json);
  DepthConfig config;
  config.is_dpt = true;
  config.backbone = {.width = read.Integer("hidden_size", 768),
                     .inner_width = read.Integer("intermediate_size", 3072),
                     .heads = read.Integer("num_attention_heads", 12),
                     .layers = read.Integer("num_hidden_layers", 12),
                     .patch = read.Integer("patch_size", 16),
                     .image_size = read.Integer("image_size", 384),
                     .channels = read.Integer("num_channels", 3),
                     .norm_epsilon = read.Number("layer_norm_eps", 1e-12),
                     .layer_scale = false,
                     .resize = PositionResize::kBilinearToSize};
  config.out_layers = read.Integers("backbone_out_indices", {2, 5, 8, 11});
  config.head_hidden_size = 32;
  read.Only("is_hybrid", false);
  read.Only("readout_type", "project");
  read.Only("add_projection", false);
  read.Only("use_batch_norm_in_fusion_residual", false);
  read.Only("neck_ignore_stages", nlohmann::json::array());
  return config;
}

DepthConfig DepthAnythingConfig(const nlohmann::json& json) {
  const ModelConfig read(json);
  if (!read.Has("backbone_config")) read.Only("backbone_config", "an object");
  const ModelConfig backbone(json["backbone_config"]);
  backbone.Only("model_type", "dinov2");
  backbone.Only("use_swiglu_ffn", false);
  DepthConfig config;
  const int64_t width = backbone.Integer("hidden_size", 768);
  config.backbone = {.width = width,
                     .inner_width = width * backbone.Integer("mlp_ratio", 4),
                     .heads = backbone.Integer("num_attention_heads", 12),
                     .layers = backbone.Integer("num_hidden_layers", 12),
                     .patch = backbone.Integer("patch_size", 14),
                     .image_size = backbone.Integer("image_size", 518),
                     .norm_epsilon = kBackboneEpsilon};
  config.out_layers.clear();
  for (const int64_t stage : backbone.Integers("out_indices", {3, 6, 9, 12})) {
    config.out_layers.push_back(stage - 1);  // stage 0 is the embeddings
  }
  config.head_hidden_size = read.Integer("head_hidden_size", 32);
  if (read.Word("depth_estimation_type", "relative") == "metric") {
    config.kind = DepthKind::kMetric;
    config.max_depth = read.Number("max_depth", 1);
  }
  return config;
}

}  // namespace

DepthConfig DepthConfig::FromJson(const nlohmann::json& json) {
  const ModelConfig read(json);
  DepthConfig config = read.Word("model_type", "") == "dpt"
                           ? DptConfig(json)
                           : DepthAnythingConfig(json);
  config.neck_hidden_sizes =
      read.Integers("neck_hidden_sizes",
                    config.is_dpt ? std::vector<int64_t>{96, 192, 384, 768}
                                  : std::vector<int64_t>{48, 96, 192, 384});
  config.reassemble_factors = Factors(json);
  config.fusion_hidden_size =
      read.Integer("fusion_hidden_size", config.is_dpt ? 256 : 64);
  const size_t count = config.neck_hidden_sizes.size();
  bool fits = config.out_layers.size() == count &&
              config.reassemble_factors.size() == count;
  for (const int64_t layer : config.out_layers) {
    fits = fits && layer >= 0 && layer < config.backbone.layers;
  }
  if (!fits) {
    throw Error(ErrorKind::kModel,
                "the model's config: its lists of layers do not agree");
  }
  return config;
}

DepthModelImpl::DepthModelImpl(DepthConfig config)
    : config_(std::move(config)) {
  backbone_ = register_module("backbone", VisionTransformer(config_.backbone));
  if (!config_.is_dpt) {
    layernorm_ = backbone_->register_module(
        "layernorm", LayerNorm(config_.backbone.width, kBackboneEpsilon));
  }
  neck_ = register_module("neck", std::make_shared<DepthNeck>(config_));
  head_ = register_module("head", std::make_shared<DepthHead>(config_));
}

DepthPrediction DepthModelImpl::forward(const Tensor& pixels) {
  const int64_t rows = pixels.size(2) / config_.backbone.patch;
  const int64_t columns = pixels.size(3) / config_.backbone.patch;
  DepthPrediction prediction;
  prediction.hidden_states = backbone_(pixels);
  std::vector<Tensor> tokens;
  for (const int64_t layer : config_.out_layers) {
    const Tensor& state =
        prediction.hidden_states[static_cast<size_t>(layer) + 1];
    tokens.push_back(layernorm_.is_empty() ? state : layernorm_(state));
  }
  prediction.depth = head_->forward(neck_->forward(tokens, rows, columns),
                                    rows * config_.backbone.patch,
                                    columns * config_.backbone.patch);
  return prediction;
}

DepthModel LoadDepthModel(const std::filesystem::path& folder,
                          const Placement& placement) {
  DepthModel model(DepthConfig::FromJson(ReadModelConfig(folder)));
  const NameInCheckpoint names =
      model->config().is_dpt ? NameInCheckpoint(DptName) : NameInCheckpoint();
  LoadWeights(*model, ReadCheckpoint(folder), placement, names);
  model->eval();
  return model;
}

}  // namespace stage::models
