#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/models/layers.h"

namespace stage::models {

/// How position embeddings follow another picture size.
enum class PositionResize {
  /// Bicubic by the factor (n + 0.1) / stored, as DINOv2 was published.
  kBicubicByFactor,
  /// Bicubic to the exact size, as later libraries do it.
  kBicubicToSize,
  kBilinearToSize,
};

struct VisionTransformerOptions {
  int64_t width = 384;
  int64_t inner_width = 1536;
  int64_t heads = 6;
  int64_t layers = 12;
  int64_t patch = 14;
  int64_t image_size = 518;  ///< of the stored position embeddings
  int64_t channels = 3;
  double norm_epsilon = 1e-6;
  bool layer_scale = true;  ///< each residual branch scaled by channel
  PositionResize resize = PositionResize::kBicubicByFactor;
};

class VisionTransformerLayer;

/// A plain vision transformer (arXiv:2010.11929), with the layer scales of
/// DINOv2 (arXiv:2304.07193) where wanted. Submodules are named as in
/// transformers' Dinov2Model.
class VisionTransformerImpl : public torch::nn::Module {
 public:
  explicit VisionTransformerImpl(const VisionTransformerOptions& options);
  /// @param pixels  [B, 3, h, w], sides multiples of `patch`
  /// @return        embeddings, then every layer's output: [B, 1 + n, width]
  std::vector<torch::Tensor> forward(const torch::Tensor& pixels);
  const VisionTransformerOptions& options() const { return options_; }
  PositionResize& resize() { return options_.resize; }

 private:
  torch::Tensor Positions(int64_t rows, int64_t columns) const;

  VisionTransformerOptions options_;
  torch::Tensor cls_token_, position_embeddings_;
  Conv2d projection_ = nullptr;
  std::vector<std::shared_ptr<VisionTransformerLayer>> layers_;
};
TORCH_MODULE(VisionTransformer);

}  // namespace stage::models
