#include "engine/models/layers.h"

#include <torch/torch.h>
#include <torch/version.h>

#include "core/error.h"
#include "engine/models/cuda_ways.h"
#include "engine/models/one_pass.h"
#include "engine/models/winograd.h"

namespace stage::models {
namespace {

torch::Tensor Unset(torch::IntArrayRef shape) { return torch::empty(shape); }

// Packed weights with unpacked pictures: what libtorch 1.13 and 2.6 were seen
// to do.
constexpr bool kCanPack = TORCH_VERSION_MAJOR < 2 || TORCH_VERSION_MAJOR > 2 ||
                          TORCH_VERSION_MINOR >= 6;

}  // namespace

LinearImpl::LinearImpl(int64_t in, int64_t out, Bias with_bias) {
  weight = register_parameter("weight", Unset({out, in}), false);
  if (with_bias == Bias::kYes) {
    bias = register_parameter("bias", Unset({out}), false);
  }
}

torch::Tensor LinearImpl::forward(const torch::Tensor& x) const {
  return torch::linear(x, weight, bias);
}

Conv2dImpl::Conv2dImpl(int64_t in, int64_t out, const Conv2dOptions& options)
    : options_(options), in_(in), out_(out) {
  weight = register_parameter(
      "weight",
      Unset({out, in / options.groups, options.kernel, options.kernel}),
      false);
  if (options.bias == Bias::kYes) {
    bias = register_parameter("bias", Unset({out}), false);
  }
}

Conv2dImpl::Packing Conv2dImpl::PackingFor(const torch::Tensor& x) const {
  if (PrefersChannelsLast(weight.device(), weight.scalar_type())) {
    return Packing::kChannelsLast;
  }
  const bool can_pack =
      weight.device().is_cpu() && weight.scalar_type() == torch::kFloat32 &&
      options_.groups == 1 && at::globalContext().userEnabledMkldnn();
  if (!can_pack) return Packing::kNone;
  if (options_.stride == 1 && options_.padding == 1 &&
      SuitsWinograd(x.sizes(), {out_, in_, options_.kernel, options_.kernel})) {
    return Packing::kWinograd;
  }
  return kCanPack && at::hasMKLDNN() ? Packing::kDirect : Packing::kNone;
}

void Conv2dImpl::Pack(Packing packing) {
  if (packing == packing_) return;
  if (packing_ == Packing::kDirect) weight = weight.to_dense();
  if (packing_ == Packing::kWinograd) {
    weight = Unpack(WinogradWeight{weight, out_, in_});
  }
  if (packing == Packing::kDirect) {
    const std::vector<int64_t> stride(2, options_.stride);
    const std::vector<int64_t> padding(2, options_.padding);
    const std::vector<int64_t> dilation(2, 1);
    weight = at::mkldnn_reorder_conv2d_weight(
        weight.to_mkldnn(), padding, stride, dilation, options_.groups);
  }
  if (packing == Packing::kWinograd) weight = PackForWinograd(weight).blocks;
  if (packing == Packing::kChannelsLast || packing_ == Packing::kChannelsLast) {
    weight = weight.contiguous(packing == Packing::kChannelsLast
                                   ? torch::MemoryFormat::ChannelsLast
                                   : torch::MemoryFormat::Contiguous);
  }
  parameters_["weight"] = weight;
  packing_ = packing;
}

torch::Tensor Conv2dImpl::forward(const torch::Tensor& x) {
  Pack(PackingFor(x));
  if (packing_ == Packing::kWinograd) {
    return WinogradConvolution(x, WinogradWeight{weight, out_, in_}, bias);
  }
  if (packing_ == Packing::kDirect) {
    const std::vector<int64_t> stride(2, options_.stride);
    const std::vector<int64_t> padding(2, options_.padding);
    const std::vector<int64_t> dilation(2, 1);
    return at::mkldnn_convolution(
        x, weight, bias, padding, stride, dilation, options_.groups);
  }
  return torch::conv2d(x,
                       weight,
                       bias,
                       options_.stride,
                       options_.padding,
                       /*dilation=*/1,
                       options_.groups);
}

GroupNormImpl::GroupNormImpl(int64_t groups, int64_t channels, double epsilon)
    : groups_(groups), epsilon_(epsilon) {
  weight = register_parameter("weight", Unset({channels}), false);
  bias = register_parameter("bias", Unset({channels}), false);
}

torch::Tensor GroupNormImpl::forward(const torch::Tensor& x) const {
  return torch::group_norm(x, groups_, weight, bias, epsilon_);
}

torch::Tensor GroupNormImpl::WithSilu(const torch::Tensor& x) const {
  if (InOnePass(x)) return GroupNormSilu(x, groups_, weight, bias, epsilon_);
  torch::Tensor normed = forward(x);
  return torch::silu_(normed);
}

LayerNormImpl::LayerNormImpl(int64_t width, double epsilon)
    : width_(width), epsilon_(epsilon) {
  weight = register_parameter("weight", Unset({width}), false);
  bias = register_parameter("bias", Unset({width}), false);
}

torch::Tensor LayerNormImpl::forward(const torch::Tensor& x) const {
  return torch::layer_norm(x, {width_}, weight, bias, epsilon_);
}

ConvTranspose2dImpl::ConvTranspose2dImpl(int64_t in,
                                         int64_t out,
                                         int64_t kernel,
                                         int64_t stride,
                                         int64_t padding,
                                         int64_t output_padding)
    : stride_(stride), padding_(padding), output_padding_(output_padding) {
  weight =
      register_parameter("weight", Unset({in, out, kernel, kernel}), false);
  bias = register_parameter("bias", Unset({out}), false);
}

torch::Tensor ConvTranspose2dImpl::forward(const torch::Tensor& x) const {
  return torch::conv_transpose2d(
      x, weight, bias, stride_, padding_, output_padding_);
}

BatchNorm2dImpl::BatchNorm2dImpl(int64_t channels, double epsilon)
    : epsilon_(epsilon) {
  weight = register_parameter("weight", Unset({channels}), false);
  bias = register_parameter("bias", Unset({channels}), false);
  running_mean = register_buffer("running_mean", Unset({channels}));
  running_var = register_buffer("running_var", Unset({channels}));
}

torch::Tensor BatchNorm2dImpl::forward(const torch::Tensor& x) const {
  return torch::batch_norm(x,
                           weight,
                           bias,
                           running_mean,
                           running_var,
                           /*training=*/false,
                           /*momentum=*/0,
                           epsilon_,
                           /*cudnn_enabled=*/true);
}

EmbeddingImpl::EmbeddingImpl(int64_t count, int64_t width) {
  weight = register_parameter("weight", Unset({count, width}), false);
}

torch::Tensor EmbeddingImpl::forward(const torch::Tensor& ids) const {
  return torch::embedding(weight, ids);
}

Activation ActivationNamed(const std::string& name) {
  if (name == "silu" || name == "swish") {
    return [](const torch::Tensor& x) { return torch::silu(x); };
  }
  if (name == "relu") {
    return [](const torch::Tensor& x) { return torch::relu(x); };
  }
  if (name == "gelu") {
    return [](const torch::Tensor& x) { return torch::gelu(x); };
  }
  if (name == "quick_gelu") {
    return [](const torch::Tensor& x) { return x * torch::sigmoid(1.702 * x); };
  }
  if (name == "gelu_new" || name == "gelu_pytorch_tanh") {
    return [](const torch::Tensor& x) { return torch::gelu(x, "tanh"); };
  }
  throw Error(ErrorKind::kModel,
              "the model's config asks for the activation '" + name +
                  "', which this version does not have");
}

}  // namespace stage::models
