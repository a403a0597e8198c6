#include "engine/models/time_conditioning.h"

#include <torch/torch.h>

#include <cmath>

namespace stage::models {
namespace {

using torch::Tensor;

constexpr double kLongestPeriod = 10000;

}  // namespace

Tensor TimestepSinusoids(const Tensor& timesteps,
                         int64_t channels,
                         bool cosines_first,
                         double freq_shift) {
  const int64_t half = channels / 2;
  const auto options =
      torch::TensorOptions(torch::kFloat32).device(timesteps.device());
  const Tensor exponent = -std::log(kLongestPeriod) *
                          torch::arange(half, options) /
                          (static_cast<double>(half) - freq_shift);
  const Tensor angles = timesteps.to(torch::kFloat32).unsqueeze(-1) *
                        torch::exp(exponent).unsqueeze(0);
  const Tensor sines = torch::sin(angles);
  const Tensor cosines = torch::cos(angles);
  return cosines_first ? torch::cat({cosines, sines}, -1)
                       : torch::cat({sines, cosines}, -1);
}

/// Two linear layers with SiLU between.
class TimestepEmbedding : public torch::nn::Module {
 public:
  TimestepEmbedding(int64_t in, int64_t out) {
    linear_1 = register_module("linear_1", Linear(in, out));
    linear_2 = register_module("linear_2", Linear(out, out));
  }
  Tensor forward(const Tensor& x) { return linear_2(torch::silu(linear_1(x))); }

 private:
  Linear linear_1 = nullptr, linear_2 = nullptr;
};

TimeConditioning::TimeConditioning(torch::nn::Module& owner,
                                   const UNet2DConditionConfig& config)
    : config_(config) {
  time_embedding_ = owner.register_module(
      "time_embedding",
      std::make_shared<TimestepEmbedding>(config.block_out_channels.front(),
                                          config.time_channels()));
  if (config.adds_text_time) {
    add_embedding_ =
        owner.register_module("add_embedding",
                              std::make_shared<TimestepEmbedding>(
                                  config.projection_class_embeddings_input_dim,
                                  config.time_channels()));
  }
}

Tensor TimeConditioning::Embed(const Tensor& sample,
                               const Tensor& timestep,
                               const Conditioning& conditioning) const {
  const auto sinusoids = [&](const Tensor& values, int64_t channels) {
    return TimestepSinusoids(
               values, channels, config_.flip_sin_to_cos, config_.freq_shift)
        .to(sample.dtype());
  };
  const Tensor steps = timestep.to(sample.device()).expand({sample.size(0)});
  Tensor embedding = time_embedding_->forward(
      sinusoids(steps, config_.block_out_channels.front()));
  if (add_embedding_) {
    const Tensor sizes = sinusoids(conditioning.time_ids.flatten(),
                                   config_.addition_time_embed_dim)
                             .reshape({sample.size(0), -1});
    embedding = embedding + add_embedding_->forward(torch::cat(
                                {conditioning.text_embeds, sizes}, -1));
  }
  return torch::silu(embedding);
}

}  // namespace stage::models
