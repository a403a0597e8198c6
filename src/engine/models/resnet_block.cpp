#include "engine/models/resnet_block.h"

#include <torch/torch.h>

namespace stage::models {

ResnetBlockImpl::ResnetBlockImpl(const ResnetBlockOptions& options) {
  const int64_t in = options.in_channels;
  const int64_t out = options.out_channels;
  norm1 =
      register_module("norm1", GroupNorm(options.groups, in, options.epsilon));
  conv1 =
      register_module("conv1", Conv2d(in, out, Conv2dOptions{.padding = 1}));
  if (options.time_channels > 0) {
    time_emb_proj =
        register_module("time_emb_proj", Linear(options.time_channels, out));
  }
  norm2 =
      register_module("norm2", GroupNorm(options.groups, out, options.epsilon));
  conv2 =
      register_module("conv2", Conv2d(out, out, Conv2dOptions{.padding = 1}));
  if (in != out) {
    conv_shortcut = register_module(
        "conv_shortcut", Conv2d(in, out, Conv2dOptions{.kernel = 1}));
  }
}

torch::Tensor ResnetBlockImpl::forward(const torch::Tensor& x,
                                       const torch::Tensor& time) {
  // In place where the tensor is this block's own: memory is what limits it.
  torch::Tensor hidden = conv1(norm1->WithSilu(x));
  if (!time_emb_proj.is_empty()) {
    hidden.add_(time_emb_proj(time).unsqueeze(-1).unsqueeze(-1));
  }
  hidden = conv2(norm2->WithSilu(hidden));
  return hidden.add_(conv_shortcut.is_empty() ? x : conv_shortcut(x));
}

UpsamplerImpl::UpsamplerImpl(int64_t channels) {
  conv = register_module(
      "conv", Conv2d(channels, channels, Conv2dOptions{.padding = 1}));
}

torch::Tensor UpsamplerImpl::forward(const torch::Tensor& x,
                                     int64_t height,
                                     int64_t width) {
  return conv(torch::upsample_nearest2d(x, {height, width}));
}

DownsamplerImpl::DownsamplerImpl(int64_t channels, DownsamplePadding padding)
    : padding_(padding) {
  const int64_t around = padding == DownsamplePadding::kAround ? 1 : 0;
  conv = register_module(
      "conv",
      Conv2d(
          channels, channels, Conv2dOptions{.stride = 2, .padding = around}));
}

torch::Tensor DownsamplerImpl::forward(const torch::Tensor& x) {
  if (padding_ == DownsamplePadding::kAround) return conv(x);
  return conv(torch::constant_pad_nd(x, {0, 1, 0, 1}));
}

}  // namespace stage::models
