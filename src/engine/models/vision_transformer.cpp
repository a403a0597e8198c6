#include "engine/models/vision_transformer.h"

#include <torch/torch.h>

#include "engine/models/attention.h"
#include "engine/models/name_group.h"

namespace stage::models {

using torch::Tensor;

class VisionTransformerLayer : public torch::nn::Module {
 public:
  explicit VisionTransformerLayer(const VisionTransformerOptions& options)
      : heads_(options.heads) {
    const int64_t width = options.width;
    norm1_ = register_module("norm1", LayerNorm(width, options.norm_epsilon));
    norm2_ = register_module("norm2", LayerNorm(width, options.norm_epsilon));
    const auto attention = NameGroup(*this, "attention");
    const auto inner = NameGroup(*attention, "attention");
    query_ = inner->register_module("query", Linear(width, width));
    key_ = inner->register_module("key", Linear(width, width));
    value_ = inner->register_module("value", Linear(width, width));
    out_ = NameGroup(*attention, "output")
               ->register_module("dense", Linear(width, width));
    const auto mlp = NameGroup(*this, "mlp");
    fc1_ = mlp->register_module("fc1", Linear(width, options.inner_width));
    fc2_ = mlp->register_module("fc2", Linear(options.inner_width, width));
    if (options.layer_scale) {
      const auto scale = [&](const char* name) {
        return NameGroup(*this, name)
            ->register_parameter("lambda1", torch::empty({width}), false);
      };
      scale1_ = scale("layer_scale1");
      scale2_ = scale("layer_scale2");
    }
  }

  Tensor forward(const Tensor& x) {
    const Tensor normed = norm1_(x);
    const Tensor attended =
        out_(MergeHeads(Attention(SplitHeads(query_(normed), heads_),
                                  SplitHeads(key_(normed), heads_),
                                  SplitHeads(value_(normed), heads_))));
    const Tensor hidden = x + Scaled(attended, scale1_);
    return hidden + Scaled(fc2_(torch::gelu(fc1_(norm2_(hidden)))), scale2_);
  }

 private:
  static Tensor Scaled(const Tensor& x, const Tensor& scale) {
    return scale.defined() ? x * scale : x;
  }

  int64_t heads_;
  LayerNorm norm1_ = nullptr, norm2_ = nullptr;
  Linear query_ = nullptr, key_ = nullptr, value_ = nullptr, out_ = nullptr,
         fc1_ = nullptr, fc2_ = nullptr;
  Tensor scale1_, scale2_;
};

VisionTransformerImpl::VisionTransformerImpl(
    const VisionTransformerOptions& options)
    : options_(options) {
  const int64_t side = options.image_size / options.patch;
  const int64_t width = options.width;
  const auto embeddings = NameGroup(*this, "embeddings");
  cls_token_ = embeddings->register_parameter(
      "cls_token", torch::empty({1, 1, width}), false);
  position_embeddings_ = embeddings->register_parameter(
      "position_embeddings", torch::empty({1, 1 + side * side, width}), false);
  projection_ =
      NameGroup(*embeddings, "patch_embeddings")
          ->register_module("projection",
                            Conv2d(options.channels,
                                   width,
                                   Conv2dOptions{.kernel = options.patch,
                                                 .stride = options.patch}));
  const auto layers = NameGroup(*NameGroup(*this, "encoder"), "layer");
  for (int64_t i = 0; i < options.layers; ++i) {
    layers_.push_back(layers->register_module(
        std::to_string(i), std::make_shared<VisionTransformerLayer>(options)));
  }
}

Tensor VisionTransformerImpl::Positions(int64_t rows, int64_t columns) const {
  const int64_t side = options_.image_size / options_.patch;
  if (rows == side && columns == side) return position_embeddings_;
  const Tensor first = position_embeddings_.slice(1, 0, 1);
  Tensor grid = position_embeddings_.slice(1, 1)
                    .reshape({1, side, side, options_.width})
                    .permute({0, 3, 1, 2});
  const double stored = static_cast<double>(side);
  switch (options_.resize) {
    case PositionResize::kBicubicByFactor:
      grid = torch::upsample_bicubic2d(
          grid,
          {rows, columns},
          /*align_corners=*/false,
          (static_cast<double>(rows) + 0.1) / stored,
          (static_cast<double>(columns) + 0.1) / stored);
      break;
    case PositionResize::kBicubicToSize:
      grid = torch::upsample_bicubic2d(grid, {rows, columns}, false);
      break;
    case PositionResize::kBilinearToSize:
      grid = torch::upsample_bilinear2d(grid, {rows, columns}, false);
      break;
  }
  return torch::cat({first, grid.flatten(2).transpose(1, 2)}, 1);
}

std::vector<Tensor> VisionTransformerImpl::forward(const Tensor& pixels) {
  const Tensor patches = projection_(pixels);
  Tensor x = torch::cat({cls_token_.expand({pixels.size(0), 1, -1}),
                         patches.flatten(2).transpose(1, 2)},
                        1) +
             Positions(patches.size(2), patches.size(3));
  std::vector<Tensor> states{x};
  for (const auto& layer : layers_) {
    x = layer->forward(x);
    states.push_back(x);
  }
  return states;
}

}  // namespace stage::models
