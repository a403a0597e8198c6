#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <functional>
#include <string>

namespace stage::models {

enum class Bias { kYes, kNo };

/// The layers below hold weights that are allocated but not initialised:
/// every network's weights come from a checkpoint, and initialising a billion
/// numbers first takes longer than reading them. Parameters are named as in
/// PyTorch's own layers.

/// y = x W^T + b over the last dimension.
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(int64_t in, int64_t out, Bias with_bias = Bias::kYes);
  /// [..., in] -> [..., out]
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor weight;  ///< [out, in]
  torch::Tensor bias;    ///< [out] or undefined
};
TORCH_MODULE(Linear);

struct Conv2dOptions {
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t groups = 1;
  Bias bias = Bias::kYes;
};

/// Two-dimensional convolution with zero padding. On the processor its first
/// call leaves the weights as oneDNN reads them, which for small pictures takes
/// as long as the convolution itself: weights are to be changed before. Large
/// ones of 3x3 go by Winograd's way there, in float32. On CUDA weights of 16
/// bits are put in the order of PrefersChannelsLast.
class Conv2dImpl : public torch::nn::Module {
 public:
  Conv2dImpl(int64_t in, int64_t out, const Conv2dOptions& options);
  /// [B, in, h, w] -> [B, out, h', w']
  torch::Tensor forward(const torch::Tensor& x);

  torch::Tensor weight;  ///< [out, in / groups, kernel, kernel], until packed
  torch::Tensor bias;    ///< [out] or undefined

 private:
  enum class Packing { kNone, kDirect, kWinograd, kChannelsLast };
  Packing PackingFor(const torch::Tensor& x) const;
  void Pack(Packing packing);

  Conv2dOptions options_;
  int64_t in_, out_;
  Packing packing_ = Packing::kNone;  ///< of `weight`
};
TORCH_MODULE(Conv2d);

class GroupNormImpl : public torch::nn::Module {
 public:
  GroupNormImpl(int64_t groups, int64_t channels, double epsilon);
  /// [B, channels, ...], same shape back
  torch::Tensor forward(const torch::Tensor& x) const;
  /// The same with SiLU after it.
  torch::Tensor WithSilu(const torch::Tensor& x) const;

  torch::Tensor weight;  ///< [channels]
  torch::Tensor bias;    ///< [channels]

 private:
  int64_t groups_;
  double epsilon_;
};
TORCH_MODULE(GroupNorm);

class LayerNormImpl : public torch::nn::Module {
 public:
  LayerNormImpl(int64_t width, double epsilon);
  /// [..., width], same shape back
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor weight;  ///< [width]
  torch::Tensor bias;    ///< [width]

 private:
  int64_t width_;
  double epsilon_;
};
TORCH_MODULE(LayerNorm);

/// Transposed convolution without padding.
class ConvTranspose2dImpl : public torch::nn::Module {
 public:
  ConvTranspose2dImpl(int64_t in,
                      int64_t out,
                      int64_t kernel,
                      int64_t stride,
                      int64_t padding = 0,
                      int64_t output_padding = 0);
  /// [B, in, h, w] -> [B, out, h', w']
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor weight;  ///< [in, out, kernel, kernel]
  torch::Tensor bias;    ///< [out]

 private:
  int64_t stride_, padding_, output_padding_;
};
TORCH_MODULE(ConvTranspose2d);

/// Batch norm with the statistics of training.
class BatchNorm2dImpl : public torch::nn::Module {
 public:
  explicit BatchNorm2dImpl(int64_t channels, double epsilon = 1e-5);
  /// [B, channels, h, w], same shape back
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor weight, bias, running_mean, running_var;  ///< [channels]

 private:
  double epsilon_;
};
TORCH_MODULE(BatchNorm2d);

class EmbeddingImpl : public torch::nn::Module {
 public:
  EmbeddingImpl(int64_t count, int64_t width);
  /// I64 [...] -> [..., width]
  torch::Tensor forward(const torch::Tensor& ids) const;

  torch::Tensor weight;  ///< [count, width]
};
TORCH_MODULE(Embedding);

using Activation = std::function<torch::Tensor(const torch::Tensor&)>;

/// An activation by the word that config files use: "silu", "swish", "relu",
/// "gelu" (exact), "quick_gelu" (x sigmoid(1.702 x)), "gelu_new" and
/// "gelu_pytorch_tanh" (tanh form).
/// @throws Error(kModel) for another word
Activation ActivationNamed(const std::string& name);

}  // namespace stage::models
