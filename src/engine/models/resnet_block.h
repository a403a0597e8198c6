#pragma once

#include "engine/models/layers.h"

namespace stage::models {

struct ResnetBlockOptions {
  int64_t in_channels = 0;
  int64_t out_channels = 0;
  int64_t time_channels = 0;  ///< of the time embedding; 0: none (VAE)
  int64_t groups = 32;
  double epsilon = 1e-5;
};

/// Two 3x3 convolutions with group norm and SiLU before each, a time
/// embedding added between them, and a shortcut (arXiv:2006.11239, appendix B;
/// names as in diffusers' ResnetBlock2D).
class ResnetBlockImpl : public torch::nn::Module {
 public:
  explicit ResnetBlockImpl(const ResnetBlockOptions& options);
  /// @param x     [B, in, h, w]
  /// @param time  SiLU of the time embedding, [B, time_channels]; undefined
  ///              without time_channels
  /// @return      [B, out, h, w]
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& time = {});

 private:
  GroupNorm norm1 = nullptr, norm2 = nullptr;
  Conv2d conv1 = nullptr, conv2 = nullptr, conv_shortcut = nullptr;
  Linear time_emb_proj = nullptr;
};
TORCH_MODULE(ResnetBlock);

/// Nearest-neighbour enlargement to a size, then a 3x3 convolution.
class UpsamplerImpl : public torch::nn::Module {
 public:
  explicit UpsamplerImpl(int64_t channels);
  /// [B, channels, h, w] -> [B, channels, height, width]
  torch::Tensor forward(const torch::Tensor& x, int64_t height, int64_t width);

 private:
  Conv2d conv = nullptr;
};
TORCH_MODULE(Upsampler);

enum class DownsamplePadding {
  kAround,       ///< one row and column of zeros on every side (UNet)
  kRightBottom,  ///< right and bottom only (VAE)
};

/// 3x3 convolution with stride two.
class DownsamplerImpl : public torch::nn::Module {
 public:
  DownsamplerImpl(int64_t channels, DownsamplePadding padding);
  /// [B, channels, h, w] -> [B, channels, ~h/2, ~w/2]
  torch::Tensor forward(const torch::Tensor& x);

 private:
  DownsamplePadding padding_;
  Conv2d conv = nullptr;
};
TORCH_MODULE(Downsampler);

}  // namespace stage::models
