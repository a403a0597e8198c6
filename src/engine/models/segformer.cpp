#include "engine/models/segformer.h"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/attention.h"
#include "engine/models/layers.h"
#include "engine/models/model_config.h"
#include "engine/models/name_group.h"

namespace stage::models {
namespace {

using torch::Tensor;

// The published implementation's, whatever its config says.
constexpr double kNormEpsilon = 1e-5;

/// [B, c, h, w] -> [B, h w, c]
Tensor Rows(const Tensor& map) { return map.flatten(2).transpose(1, 2); }
/// [B, h w, c] -> [B, c, h, w]
Tensor Map(const Tensor& rows, int64_t height, int64_t width) {
  return rows.transpose(1, 2).reshape({rows.size(0), -1, height, width});
}

/// One stage's numbers.
struct StageSizes {
  int64_t in, width, heads, reduction, patch, stride, mlp_ratio, depth;
};

/// Self-attention whose keys and values are a smaller map.
class EfficientAttentionImpl : public torch::nn::Module {
 public:
  explicit EfficientAttentionImpl(const StageSizes& sizes)
      : heads_(sizes.heads) {
    const int64_t width = sizes.width;
    query = register_module("query", Linear(width, width));
    key = register_module("key", Linear(width, width));
    value = register_module("value", Linear(width, width));
    if (sizes.reduction > 1) {
      sr = register_module("sr",
                           Conv2d(width,
                                  width,
                                  Conv2dOptions{.kernel = sizes.reduction,
                                                .stride = sizes.reduction}));
      layer_norm =
          register_module("layer_norm", LayerNorm(width, kNormEpsilon));
    }
  }
  Tensor forward(const Tensor& x, int64_t height, int64_t width) {
    Tensor context = x;
    if (!sr.is_empty()) context = layer_norm(Rows(sr(Map(x, height, width))));
    return MergeHeads(Attention(SplitHeads(query(x), heads_),
                                SplitHeads(key(context), heads_),
                                SplitHeads(value(context), heads_)));
  }

 private:
  int64_t heads_;
  Linear query = nullptr, key = nullptr, value = nullptr;
  Conv2d sr = nullptr;
  LayerNorm layer_norm = nullptr;
};
TORCH_MODULE(EfficientAttention);

/// Attention, then a feed-forward layer that sees neighbours.
class SegformerBlock : public torch::nn::Module {
 public:
  explicit SegformerBlock(const StageSizes& sizes) {
    const int64_t width = sizes.width;
    const int64_t inner = width * sizes.mlp_ratio;
    layer_norm_1_ =
        register_module("layer_norm_1", LayerNorm(width, kNormEpsilon));
    layer_norm_2_ =
        register_module("layer_norm_2", LayerNorm(width, kNormEpsilon));
    auto attention = NameGroup(*this, "attention");
    self_ = attention->register_module("self", EfficientAttention(sizes));
    auto output = NameGroup(*attention, "output");
    out_ = output->register_module("dense", Linear(width, width));
    auto mlp = NameGroup(*this, "mlp");
    dense1_ = mlp->register_module("dense1", Linear(width, inner));
    dense2_ = mlp->register_module("dense2", Linear(inner, width));
    auto depthwise = NameGroup(*mlp, "dwconv");
    dwconv_ = depthwise->register_module(
        "dwconv",
        Conv2d(inner, inner, Conv2dOptions{.padding = 1, .groups = inner}));
  }
  Tensor forward(Tensor x, int64_t height, int64_t width) {
    x = x + out_(self_(layer_norm_1_(x), height, width));
    const Tensor inner = Map(dense1_(layer_norm_2_(x)), height, width);
    return x + dense2_(torch::gelu(Rows(dwconv_(inner))));
  }

 private:
  LayerNorm layer_norm_1_ = nullptr, layer_norm_2_ = nullptr;
  EfficientAttention self_ = nullptr;
  Linear out_ = nullptr, dense1_ = nullptr, dense2_ = nullptr;
  Conv2d dwconv_ = nullptr;
};

}  // namespace

/// One size: overlapping patches, blocks, a norm. The checkpoint files the
/// three under lists of their own, see NameInFile.
class SegformerStage : public torch::nn::Module {
 public:
  explicit SegformerStage(const StageSizes& sizes) {
    proj_ = register_module("proj",
                            Conv2d(sizes.in,
                                   sizes.width,
                                   Conv2dOptions{.kernel = sizes.patch,
                                                 .stride = sizes.stride,
                                                 .padding = sizes.patch / 2}));
    first_norm_ =
        register_module("first_norm", LayerNorm(sizes.width, kNormEpsilon));
    last_norm_ =
        register_module("last_norm", LayerNorm(sizes.width, kNormEpsilon));
    for (int64_t i = 0; i < sizes.depth; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i),
                          std::make_shared<SegformerBlock>(sizes)));
    }
  }
  Tensor forward(const Tensor& map) {
    const Tensor patches = proj_(map);
    const int64_t height = patches.size(2);
    const int64_t width = patches.size(3);
    Tensor x = first_norm_(Rows(patches));
    for (const auto& block : blocks_) x = block->forward(x, height, width);
    return Map(last_norm_(x), height, width);
  }

 private:
  Conv2d proj_ = nullptr;
  LayerNorm first_norm_ = nullptr, last_norm_ = nullptr;
  std::vector<std::shared_ptr<SegformerBlock>> blocks_;
};

/// All sizes brought to the largest and mixed pixel by pixel.
class SegformerHead : public torch::nn::Module {
 public:
  explicit SegformerHead(const SegformerConfig& config) {
    const int64_t width = config.decoder_hidden_size;
    const auto count = static_cast<int64_t>(config.hidden_sizes.size());
    for (int64_t i = 0; i < count; ++i) {
      auto mlp = NameGroup(*this, "linear_c" + std::to_string(i));
      projections_.push_back(mlp->register_module(
          "proj", Linear(config.hidden_sizes[static_cast<size_t>(i)], width)));
    }
    linear_fuse_ =
        register_module("linear_fuse",
                        Conv2d(count * width,
                               width,
                               Conv2dOptions{.kernel = 1, .bias = Bias::kNo}));
    batch_norm_ = register_module("batch_norm", BatchNorm2d(width));
    classifier_ =
        register_module("classifier",
                        Conv2d(width,
                               static_cast<int64_t>(config.labels.size()),
                               Conv2dOptions{.kernel = 1}));
  }
  Tensor forward(const std::vector<Tensor>& maps) {
    const int64_t height = maps.front().size(2);
    const int64_t width = maps.front().size(3);
    std::vector<Tensor> joined;
    for (size_t i = maps.size(); i-- > 0;) {  // smallest first
      const Tensor map =
          Map(projections_[i](Rows(maps[i])), maps[i].size(2), maps[i].size(3));
      joined.push_back(torch::upsample_bilinear2d(map, {height, width}, false));
    }
    return classifier_(
        torch::relu(batch_norm_(linear_fuse_(torch::cat(joined, 1)))));
  }

 private:
  std::vector<Linear> projections_;
  Conv2d linear_fuse_ = nullptr, classifier_ = nullptr;
  BatchNorm2d batch_norm_ = nullptr;
};

namespace {

/// "stage1.block0.x" is "segformer.encoder.block.1.0.x" in files, and so on.
std::string NameInFile(const std::string& name) {
  const auto rest = [&](const std::string& prefix) {
    return name.substr(prefix.size());
  };
  const std::string encoder = "segformer.encoder.";
  if (name.starts_with("head.linear_c")) {
    const std::string tail = rest("head.linear_c");
    return "decode_head.linear_c." + tail;
  }
  if (name.starts_with("head.")) return "decode_head." + rest("head.");
  const size_t dot = name.find('.');
  const std::string stage = name.substr(5, dot - 5);
  const std::string tail = name.substr(dot + 1);
  if (tail.starts_with("proj.")) {
    return encoder + "patch_embeddings." + stage + "." + tail;
  }
  if (tail.starts_with("first_norm.")) {
    return encoder + "patch_embeddings." + stage + ".layer_norm." +
           tail.substr(11);
  }
  if (tail.starts_with("last_norm.")) {
    return encoder + "layer_norm." + stage + "." + tail.substr(10);
  }
  return encoder + "block." + stage + "." + tail.substr(5);  // "block0..."
}

}  // namespace

SegformerConfig SegformerConfig::FromJson(const nlohmann::json& json) {
  const ModelConfig read(json);
  SegformerConfig config;
  config.hidden_sizes = read.Integers("hidden_sizes", {32, 64, 160, 256});
  config.depths = read.Integers("depths", {2, 2, 2, 2});
  config.num_attention_heads =
      read.Integers("num_attention_heads", {1, 2, 5, 8});
  config.sr_ratios = read.Integers("sr_ratios", {8, 4, 2, 1});
  config.patch_sizes = read.Integers("patch_sizes", {7, 3, 3, 3});
  config.strides = read.Integers("strides", {4, 2, 2, 2});
  config.mlp_ratios = read.Integers("mlp_ratios", {4, 4, 4, 4});
  config.num_channels = read.Integer("num_channels", 3);
  config.decoder_hidden_size = read.Integer("decoder_hidden_size", 256);
  read.Only("hidden_act", "gelu");
  read.Only("reshape_last_stage", true);
  const size_t stages = config.hidden_sizes.size();
  for (const auto* list : {&config.depths,
                           &config.num_attention_heads,
                           &config.sr_ratios,
                           &config.patch_sizes,
                           &config.strides,
                           &config.mlp_ratios}) {
    if (list->size() != stages) {
      throw Error(ErrorKind::kModel,
                  "the model's config: its lists have different lengths");
    }
  }
  if (!read.Has("id2label") || !json["id2label"].is_object()) {
    throw Error(ErrorKind::kModel, "the model's config: has no id2label");
  }
  config.labels.resize(json["id2label"].size());
  for (const auto& [id, label] : json["id2label"].items()) {
    config.labels.at(std::stoul(id)) = label.get<std::string>();
  }
  return config;
}

SegformerImpl::SegformerImpl(SegformerConfig config)
    : config_(std::move(config)) {
  int64_t in = config_.num_channels;
  for (size_t i = 0; i < config_.hidden_sizes.size(); ++i) {
    const StageSizes sizes{.in = in,
                           .width = config_.hidden_sizes[i],
                           .heads = config_.num_attention_heads[i],
                           .reduction = config_.sr_ratios[i],
                           .patch = config_.patch_sizes[i],
                           .stride = config_.strides[i],
                           .mlp_ratio = config_.mlp_ratios[i],
                           .depth = config_.depths[i]};
    stages_.push_back(register_module("stage" + std::to_string(i),
                                      std::make_shared<SegformerStage>(sizes)));
    in = sizes.width;
  }
  head_ = register_module("head", std::make_shared<SegformerHead>(config_));
}

Segmentation SegformerImpl::forward(const Tensor& pixels) {
  Segmentation segmentation;
  Tensor map = pixels;
  for (const auto& stage : stages_) {
    map = stage->forward(map);
    segmentation.hidden_states.push_back(map);
  }
  segmentation.logits = head_->forward(segmentation.hidden_states);
  return segmentation;
}

Segformer LoadSegformer(const std::filesystem::path& folder,
                        const Placement& placement) {
  Segformer model(SegformerConfig::FromJson(ReadModelConfig(folder)));
  LoadWeights(*model, ReadCheckpoint(folder), placement, NameInFile);
  model->eval();
  return model;
}

Tensor LabelMap(const Tensor& logits, int64_t height, int64_t width) {
  return torch::upsample_bilinear2d(logits, {height, width}, false).argmax(1);
}

}  // namespace stage::models
