#pragma once

#include <filesystem>
#include <memory>

#include "engine/models/load_weights.h"
#include "engine/models/unet_2d_condition.h"

namespace stage::models {

/// Turns a picture's CLIP features into tokens that a UNet attends to beside
/// the text (arXiv:2308.06721). The plain form projects CLIP's pooled vector,
/// the "plus" form resamples the states before its last layer.
class IpAdapter {
 public:
  /// Reads a published file with `image_proj.*` and `ip_adapter.N.*`.
  /// @throws Error(kModel)
  IpAdapter(const std::filesystem::path& file, const Placement& placement);
  ~IpAdapter();

  enum class Input { kImageEmbeds, kHiddenStates };
  Input input() const { return input_; }
  /// @param features  plain: image_embeds [B, images, d]; plus: hidden states
  ///                  before CLIP's last layer [B, images, tokens, d]
  /// @return          [B, images * tokens, cross_attention_dim]
  torch::Tensor Tokens(const torch::Tensor& features) const;
  /// Adds its keys and values to every cross-attention. Conditioning::images
  /// then needs its tokens, in the order of the calls.
  /// @param scale  0..1, weight of the picture
  /// @throws Error(kModel) when it was made for another UNet
  void AttachTo(UNet2DConditionModelImpl& unet, double scale) const;

 private:
  class Projection;
  std::unique_ptr<Projection> projection_;
  Checkpoint attention_;
  Placement placement_;
  Input input_;
};

}  // namespace stage::models
