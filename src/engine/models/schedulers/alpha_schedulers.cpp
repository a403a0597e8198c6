#include "engine/models/schedulers/alpha_schedulers.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr double kTcdGamma = 0.3;
constexpr double kLcmSigmaData = 0.5;
constexpr double kLeastVariance = 1e-20;

/// The training steps a distilled model knows, thinned out to `steps`.
std::vector<double> DistilledTimesteps(int64_t train,
                                       int64_t original,
                                       int steps) {
  if (steps > original) {
    throw Error(ErrorKind::kUsage,
                "--steps " + std::to_string(steps) +
                    ": this scheduler makes at most " +
                    std::to_string(original));
  }
  const int64_t stride = train / original;
  std::vector<double> timesteps;
  for (int i = 0; i < steps; ++i) {
    const auto skipped = static_cast<int64_t>(
        static_cast<double>(i) * static_cast<double>(original) / steps);
    timesteps.push_back(static_cast<double>((original - skipped) * stride - 1));
  }
  return timesteps;
}

}  // namespace

SampleLimit::SampleLimit(const nlohmann::json& config, bool clips_by_default) {
  const ModelConfig read(config);
  thresholds_ = read.Flag("thresholding", false);
  ratio_ = read.Number("dynamic_thresholding_ratio", 0.995);
  highest_ = read.Number("sample_max_value", 1);
  if (read.Flag("clip_sample", clips_by_default)) {
    clip_range_ = read.Number("clip_sample_range", 1);
  }
}

Tensor SampleLimit::Apply(const Tensor& denoised) const {
  if (thresholds_) {  // arXiv:2205.11487, section 2.3
    const Tensor limit = torch::quantile(denoised.flatten(1).abs(), ratio_, 1)
                             .clamp(1, highest_)
                             .view({-1, 1, 1, 1});
    return torch::maximum(torch::minimum(denoised, limit), -limit) / limit;
  }
  return clip_range_ ? denoised.clamp(-*clip_range_, *clip_range_) : denoised;
}

AlphaScheduler::AlphaScheduler(const nlohmann::json& config,
                               TimestepSpacing default_spacing,
                               bool clips_by_default)
    : schedule_(NoiseSchedule::FromJson(config)),
      prediction_(PredictionTypeOf(config)),
      spacing_(SpacingOf(config, default_spacing)),
      steps_offset_(ModelConfig(config).Integer("steps_offset", 0)),
      limit_(config, clips_by_default) {
  final_alpha_bar_ = ModelConfig(config).Flag("set_alpha_to_one", true)
                         ? 1.0
                         : schedule_.alphas_cumprod.front();
}

void AlphaScheduler::SetTimesteps(int steps) {
  steps_ = steps;
  timesteps_ = SpacedTimesteps(
      spacing_, schedule_.train_timesteps(), steps, steps_offset_);
  for (double& t : timesteps_) t = std::nearbyint(t);
}

double AlphaScheduler::AlphaBar(int64_t timestep) const {
  return timestep < 0 ? final_alpha_bar_
                      : schedule_.alphas_cumprod[static_cast<size_t>(timestep)];
}

AlphaScheduler::Parts AlphaScheduler::Split(const Tensor& output,
                                            const Tensor& sample,
                                            double alpha_bar) const {
  const double a = std::sqrt(alpha_bar);
  const double b = std::sqrt(1 - alpha_bar);
  Parts parts;
  switch (prediction_) {
    case PredictionType::kEpsilon:
      parts = {(sample - b * output) / a, output};
      break;
    case PredictionType::kSample:
      parts = {output, (sample - a * output) / b};
      break;
    case PredictionType::kVelocity:
      parts = {a * sample - b * output, a * output + b * sample};
      break;
  }
  parts.denoised = limit_.Apply(parts.denoised);
  return parts;
}

Tensor AlphaScheduler::AddNoise(const Tensor& original,
                                const Tensor& noise,
                                double timestep) const {
  const double alpha_bar = AlphaBar(static_cast<int64_t>(timestep));
  return std::sqrt(alpha_bar) * original + std::sqrt(1 - alpha_bar) * noise;
}

DdimScheduler::DdimScheduler(const nlohmann::json& config)
    : AlphaScheduler(config, TimestepSpacing::kLeading, true) {}

SchedulerStep DdimScheduler::Step(const Tensor& output,
                                  size_t step,
                                  const Tensor& sample,
                                  const NoiseSource& noise) {
  const double now = AlphaBar(timestep(step));
  const double next = AlphaBar(timestep(step) - stride());
  const Parts parts = Split(output, sample, now);
  const double variance = (1 - next) / (1 - now) * (1 - now / next);
  const double sigma = options.eta * std::sqrt(variance);
  Tensor previous = std::sqrt(next) * parts.denoised +
                    std::sqrt(1 - next - sigma * sigma) * parts.noise;
  if (options.eta > 0) previous = previous + sigma * noise(sample.sizes());
  return {previous, parts.denoised};
}

DdpmScheduler::DdpmScheduler(const nlohmann::json& config)
    : AlphaScheduler(config, TimestepSpacing::kLeading, true) {
  const ModelConfig read(config);
  read.Only("variance_type", "fixed_small");
  final_alpha_bar_ = 1;
}

SchedulerStep DdpmScheduler::Step(const Tensor& output,
                                  size_t step,
                                  const Tensor& sample,
                                  const NoiseSource& noise) {
  const int64_t t = timestep(step);
  const bool last = step + 1 == timesteps_.size();
  const double now = AlphaBar(t);
  const double next = AlphaBar(last ? -1 : timestep(step + 1));
  const double alpha = now / next;
  const Parts parts = Split(output, sample, now);
  Tensor previous = std::sqrt(next) * (1 - alpha) / (1 - now) * parts.denoised +
                    std::sqrt(alpha) * (1 - next) / (1 - now) * sample;
  if (t > 0) {
    const double variance = (1 - next) / (1 - now) * (1 - alpha);
    previous = previous + std::sqrt(std::max(variance, kLeastVariance)) *
                              noise(sample.sizes());
  }
  return {previous, parts.denoised};
}

PndmScheduler::PndmScheduler(const nlohmann::json& config)
    : AlphaScheduler(config, TimestepSpacing::kLeading, false) {
  const ModelConfig read(config);
  skips_runge_kutta_ = read.Flag("skip_prk_steps", false);
  if (!read.Flag("set_alpha_to_one", false)) {
    final_alpha_bar_ = schedule_.alphas_cumprod.front();
  }
}

void PndmScheduler::SetTimesteps(int steps) {
  AlphaScheduler::SetTimesteps(steps);
  done_ = 0;
  outputs_.clear();
  first_sample_ = Tensor();
  sum_ = Tensor();
  runge_kutta_steps_ = 0;
  const std::vector<double> plain = timesteps_;  // falling
  if (skips_runge_kutta_) {
    // The second timestep twice: the first step is made in two halves.
    if (plain.size() > 1) timesteps_.insert(timesteps_.begin() + 1, plain[1]);
    return;
  }
  if (plain.size() < 4) {
    throw Error(ErrorKind::kUsage,
                "--steps: this scheduler needs at least 4 steps");
  }
  const double half =
      static_cast<double>(schedule_.train_timesteps() / steps / 2);
  // Each of the first three steps takes four evaluations.
  const std::vector<double> corners = {plain[3],
                                       plain[3] + half,
                                       plain[2],
                                       plain[2] + half,
                                       plain[1],
                                       plain[1] + half,
                                       plain[0],
                                       plain[0] + half};
  std::vector<double> doubled;
  for (size_t i = 0; i + 1 < corners.size(); ++i) {
    doubled.insert(doubled.end(), 2, corners[i]);
  }
  timesteps_.assign(doubled.begin() + 1, doubled.end() - 1);
  std::reverse(timesteps_.begin(), timesteps_.end());
  runge_kutta_steps_ = timesteps_.size();
  timesteps_.insert(timesteps_.end(), plain.begin() + 3, plain.end());
}

Tensor PndmScheduler::Transfer(const Tensor& sample,
                               int64_t from,
                               int64_t to,
                               Tensor output) const {
  const double now = AlphaBar(from);
  const double next = AlphaBar(to);
  if (prediction_ == PredictionType::kVelocity) {
    output = std::sqrt(now) * output + std::sqrt(1 - now) * sample;
  }
  // Eq. 11, with its denominator's parts multiplied out.
  const double denominator =
      now * std::sqrt(1 - next) + std::sqrt(now * (1 - now) * next);
  return std::sqrt(next / now) * sample - (next - now) / denominator * output;
}

Tensor PndmScheduler::RungeKutta(const Tensor& output, const Tensor& sample) {
  const size_t part = done_ % 4;
  const int64_t back = part % 2 == 1 ? 0 : stride() / 2;
  const int64_t to = timestep(done_) - back;
  const int64_t from = timestep(done_ / 4 * 4);
  Tensor slope = output;
  if (part == 0) {
    outputs_.push_back(output);
    first_sample_ = sample;
    sum_ = output / 6;
  } else if (part == 3) {
    slope = sum_ + output / 6;
  } else {
    sum_ = sum_ + output / 3;
  }
  return Transfer(first_sample_, from, to, slope);
}

Tensor PndmScheduler::Multistep(const Tensor& output,
                                size_t step,
                                Tensor sample) {
  int64_t from = timestep(step);
  int64_t to = from - stride();
  const size_t count = done_ - runge_kutta_steps_;
  if (skips_runge_kutta_ && done_ == 1) {
    to = from;
    from += stride();
  } else {
    if (outputs_.size() > 3) outputs_.erase(outputs_.begin());
    outputs_.push_back(output);
  }
  const auto past = [&](size_t age) { return outputs_[outputs_.size() - age]; };
  Tensor slope = output;
  if (outputs_.size() == 1 && count == 0) {
    first_sample_ = sample;
  } else if (outputs_.size() == 1) {
    slope = (output + past(1)) / 2;
    sample = first_sample_;
  } else if (outputs_.size() == 2) {
    slope = (3 * past(1) - past(2)) / 2;
  } else if (outputs_.size() == 3) {
    slope = (23 * past(1) - 16 * past(2) + 5 * past(3)) / 12;
  } else {
    slope = (55 * past(1) - 59 * past(2) + 37 * past(3) - 9 * past(4)) / 24;
  }
  return Transfer(sample, from, to, slope);
}

SchedulerStep PndmScheduler::Step(const Tensor& output,
                                  size_t step,
                                  const Tensor& sample,
                                  const NoiseSource& noise) {
  const bool runge_kutta = done_ < runge_kutta_steps_;
  const Tensor previous = runge_kutta ? RungeKutta(output, sample)
                                      : Multistep(output, step, sample);
  ++done_;
  return {previous, {}};
}

DistilledScheduler::DistilledScheduler(const nlohmann::json& config)
    : AlphaScheduler(config, TimestepSpacing::kLeading, false) {
  original_steps_ = ModelConfig(config).Integer("original_inference_steps", 50);
}

void DistilledScheduler::SetTimesteps(int steps) {
  steps_ = steps;
  timesteps_ =
      DistilledTimesteps(schedule_.train_timesteps(), original_steps_, steps);
}

LcmScheduler::LcmScheduler(const nlohmann::json& config)
    : DistilledScheduler(config),
      timestep_scaling_(ModelConfig(config).Number("timestep_scaling", 10)) {}

SchedulerStep LcmScheduler::Step(const Tensor& output,
                                 size_t step,
                                 const Tensor& sample,
                                 const NoiseSource& noise) {
  const bool last = step + 1 == timesteps_.size();
  const Parts parts = Split(output, sample, AlphaBar(timestep(step)));
  const double scaled = timesteps_[step] * timestep_scaling_;
  const double sum = scaled * scaled + kLcmSigmaData * kLcmSigmaData;
  const Tensor denoised = scaled / std::sqrt(sum) * parts.denoised +
                          kLcmSigmaData * kLcmSigmaData / sum * sample;
  if (last) return {denoised, denoised};
  const double next = AlphaBar(timestep(step + 1));
  return {
      std::sqrt(next) * denoised + std::sqrt(1 - next) * noise(sample.sizes()),
      denoised};
}

SchedulerStep TcdScheduler::Step(const Tensor& output,
                                 size_t step,
                                 const Tensor& sample,
                                 const NoiseSource& noise) {
  const bool last = step + 1 == timesteps_.size();
  const int64_t next_timestep = last ? 0 : timestep(step + 1);
  const auto between = static_cast<int64_t>(
      std::floor((1 - kTcdGamma) * static_cast<double>(next_timestep)));
  const double middle = AlphaBar(between);
  const double next = AlphaBar(next_timestep);
  const Parts parts = Split(output, sample, AlphaBar(timestep(step)));
  const Tensor noised =
      std::sqrt(middle) * parts.denoised + std::sqrt(1 - middle) * parts.noise;
  if (last) return {noised, {}};
  return {std::sqrt(next / middle) * noised +
              std::sqrt(1 - next / middle) * noise(sample.sizes()),
          {}};
}

}  // namespace stage::models
