#include "engine/models/schedulers/sigma_schedulers.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

using torch::Tensor;

// Stands for infinity where nothing of the picture is left.
constexpr double kLeastAlphaBar = 1.0 / (1 << 24);
// Fractional timesteps that went through single precision.
constexpr double kSameTimestep = 1e-3;

}  // namespace

SigmaCurve CurveOf(const nlohmann::json& config) {
  const ModelConfig read(config);
  std::vector<SigmaCurve> asked;
  if (read.Flag("use_karras_sigmas", false)) {
    asked.push_back(SigmaCurve::kKarras);
  }
  // Multistep solvers' "lu" lambdas are evenly spaced logarithms too.
  if (read.Flag("use_exponential_sigmas", false) ||
      read.Flag("use_lu_lambdas", false)) {
    asked.push_back(SigmaCurve::kExponential);
  }
  if (read.Flag("use_beta_sigmas", false)) asked.push_back(SigmaCurve::kBeta);
  if (asked.size() > 1) {
    throw Error(ErrorKind::kModel,
                "the model's scheduler config asks for several curves of "
                "sigmas at once");
  }
  return asked.empty() ? SigmaCurve::kTable : asked.front();
}

std::vector<double> SigmasOnCurve(SigmaCurve curve,
                                  double highest,
                                  double lowest,
                                  size_t count) {
  if (curve == SigmaCurve::kKarras) {
    return KarrasSigmas(highest, lowest, count);
  }
  if (curve == SigmaCurve::kExponential) {
    return ExponentialSigmas(highest, lowest, count);
  }
  return BetaSigmas(highest, lowest, count);
}

SigmaScheduler::SigmaScheduler(const nlohmann::json& config)
    : schedule_(NoiseSchedule::FromJson(config)),
      prediction_(PredictionTypeOf(config)),
      spacing_(SpacingOf(config, TimestepSpacing::kLinspace)),
      steps_offset_(ModelConfig(config).Integer("steps_offset", 0)) {
  if (schedule_.zero_terminal_snr) {
    schedule_.alphas_cumprod.back() = kLeastAlphaBar;
  }
  table_ = schedule_.Sigmas();
  for (const double sigma : table_) log_table_.push_back(std::log(sigma));
}

std::vector<double> SigmaScheduler::OwnTimesteps(int steps) const {
  std::vector<double> timesteps = SpacedTimesteps(
      spacing_, schedule_.train_timesteps(), steps, steps_offset_);
  // The published implementations keep them in single precision.
  for (double& t : timesteps) t = static_cast<float>(t);
  return timesteps;
}

std::vector<double> SigmaScheduler::TableSigmas(
    const std::vector<double>& timesteps) const {
  std::vector<double> sigmas;
  for (const double t : timesteps) sigmas.push_back(Interpolate(table_, t));
  return sigmas;
}

double SigmaScheduler::init_noise_sigma() const {
  const double highest = *std::max_element(sigmas_.begin(), sigmas_.end());
  return spacing_ == TimestepSpacing::kLeading
             ? std::sqrt(highest * highest + 1)
             : highest;
}

Tensor SigmaScheduler::ScaleInput(const Tensor& sample, size_t step) const {
  return sample / std::sqrt(sigmas_[step] * sigmas_[step] + 1);
}

size_t SigmaScheduler::StepOf(double timestep) const {
  const auto is_it = [timestep](double t) {
    return std::abs(t - timestep) < kSameTimestep;
  };
  const auto first = std::find_if(timesteps_.begin(), timesteps_.end(), is_it);
  if (first == timesteps_.end()) {
    throw Error(ErrorKind::kUnexpected,
                "timestep " + std::to_string(timestep) +
                    " is not one of the schedule's");
  }
  const auto second = std::find_if(first + 1, timesteps_.end(), is_it);
  return static_cast<size_t>((second == timesteps_.end() ? first : second) -
                             timesteps_.begin());
}

Tensor SigmaScheduler::AddNoise(const Tensor& original,
                                const Tensor& noise,
                                double timestep) const {
  return original + sigmas_[StepOf(timestep)] * noise;
}

Tensor SigmaScheduler::Denoised(const Tensor& output,
                                const Tensor& sample,
                                double sigma) const {
  switch (prediction_) {
    case PredictionType::kEpsilon:
      return sample - sigma * output;
    case PredictionType::kSample:
      return output;
    case PredictionType::kVelocity:
      break;
  }
  const double sum = sigma * sigma + 1;
  return -sigma / std::sqrt(sum) * output + sample / sum;
}

EulerScheduler::EulerScheduler(const nlohmann::json& config)
    : SigmaScheduler(config), curve_(CurveOf(config)) {
  const ModelConfig read(config);
  log_linear_ = read.Word("interpolation_type", "linear") == "log_linear";
  ends_at_sigma_min_ = read.Word("final_sigmas_type", "zero") == "sigma_min";
  read.Only("timestep_type", "discrete");
  read.Only("sigma_min", nullptr);
  read.Only("sigma_max", nullptr);
}

void EulerScheduler::SetTimesteps(int steps) {
  timesteps_ = OwnTimesteps(steps);
  sigmas_ = TableSigmas(timesteps_);
  if (curve_ != SigmaCurve::kTable) {
    sigmas_ = SigmasOnCurve(
        curve_, sigmas_.front(), sigmas_.back(), static_cast<size_t>(steps));
    for (size_t i = 0; i < sigmas_.size(); ++i) {
      timesteps_[i] = static_cast<float>(TimestepOf(sigmas_[i], log_table_));
    }
  } else if (log_linear_) {
    sigmas_ = ExponentialSigmas(
        table_.back(), table_.front(), static_cast<size_t>(steps) + 1);
  }
  sigmas_.push_back(ends_at_sigma_min_ ? table_.front() : 0);
}

SchedulerStep EulerScheduler::Step(const Tensor& output,
                                   size_t step,
                                   const Tensor& sample,
                                   const NoiseSource& noise) {
  const double sigma = sigmas_[step];
  const double most = std::sqrt(2.0) - 1;
  const double gamma =
      std::min(options.s_churn / static_cast<double>(sigmas_.size() - 1), most);
  const double churned = sigma * (1 + gamma);
  Tensor x = sample;
  if (gamma > 0) {
    x = x + options.s_noise * std::sqrt(churned * churned - sigma * sigma) *
                noise(sample.sizes());
  }
  const Tensor denoised = Denoised(output, x, churned);
  const Tensor slope = (x - denoised) / churned;
  return {x + (sigmas_[step + 1] - churned) * slope, denoised};
}

EulerAncestralScheduler::EulerAncestralScheduler(const nlohmann::json& config)
    : SigmaScheduler(config) {}

void EulerAncestralScheduler::SetTimesteps(int steps) {
  timesteps_ = OwnTimesteps(steps);
  sigmas_ = TableSigmas(timesteps_);
  sigmas_.push_back(0);
}

SchedulerStep EulerAncestralScheduler::Step(const Tensor& output,
                                            size_t step,
                                            const Tensor& sample,
                                            const NoiseSource& noise) {
  // In single precision, as published: the difference of nearly equal
  // variances loses digits, and pictures depend on which.
  const auto now = static_cast<float>(sigmas_[step]);
  const auto next = static_cast<float>(sigmas_[step + 1]);
  const float from = now * now;
  const float to = next * next;
  const float up = std::sqrt(to * (from - to) / from);
  const float down = std::sqrt(to - up * up);
  const Tensor denoised = Denoised(output, sample, now);
  const Tensor slope = (sample - denoised) / now;
  return {sample + (down - now) * slope + up * noise(sample.sizes()), denoised};
}

FlowMatchEulerScheduler::FlowMatchEulerScheduler(const nlohmann::json& config) {
  const ModelConfig read(config);
  train_timesteps_ =
      static_cast<double>(read.Integer("num_train_timesteps", 1000));
  shift_ = read.Number("shift", 1);
  dynamic_ = read.Flag("use_dynamic_shifting", false);
  base_shift_ = read.Number("base_shift", 0.5);
  max_shift_ = read.Number("max_shift", 1.15);
  base_length_ = static_cast<double>(read.Integer("base_image_seq_len", 256));
  max_length_ = static_cast<double>(read.Integer("max_image_seq_len", 4096));
  read.Only("time_shift_type", "exponential");
  read.Only("shift_terminal", nullptr);
  read.Only("invert_sigmas", false);
  read.Only("stochastic_sampling", false);
  for (const char* flag :
       {"use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"}) {
    read.Only(flag, false);
  }
}

void FlowMatchEulerScheduler::Use(const std::vector<double>& sigmas) {
  sigmas_.clear();
  timesteps_.clear();
  for (const double sigma : sigmas) {
    sigmas_.push_back(static_cast<float>(sigma));
    timesteps_.push_back(static_cast<float>(sigma * train_timesteps_));
  }
  sigmas_.push_back(0);
}

void FlowMatchEulerScheduler::SetTimesteps(int steps) {
  const auto shifted = [&](double sigma) {
    return shift_ * sigma / (1 + (shift_ - 1) * sigma);
  };
  // The ends of the grid are the training's own, shifted already.
  std::vector<double> sigmas = Linspace(
      shifted(1), shifted(1 / train_timesteps_), static_cast<size_t>(steps));
  for (double& sigma : sigmas) sigma = shifted(sigma);
  Use(sigmas);
}

void FlowMatchEulerScheduler::SetTimesteps(int steps, int64_t sequence_length) {
  std::vector<double> sigmas =
      Linspace(1, 1.0 / steps, static_cast<size_t>(steps));
  const double slope =
      (max_shift_ - base_shift_) / (max_length_ - base_length_);
  const double mu =
      base_shift_ +
      slope * (static_cast<double>(sequence_length) - base_length_);
  const double factor = dynamic_ ? std::exp(mu) : shift_;
  for (double& sigma : sigmas) {
    sigma = factor * sigma / (1 + (factor - 1) * sigma);
  }
  Use(sigmas);
}

SchedulerStep FlowMatchEulerScheduler::Step(const Tensor& output,
                                            size_t step,
                                            const Tensor& sample,
                                            const NoiseSource& noise) {
  return {sample + (sigmas_[step + 1] - sigmas_[step]) * output,
          sample - sigmas_[step] * output};
}

Tensor FlowMatchEulerScheduler::AddNoise(const Tensor& original,
                                         const Tensor& noise,
                                         double timestep) const {
  const double sigma = timestep / train_timesteps_;
  return (1 - sigma) * original + sigma * noise;
}

}  // namespace stage::models
