#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/models/schedulers/alpha_schedulers.h"
#include "engine/models/schedulers/noise_schedule.h"
#include "engine/models/schedulers/scheduler.h"

namespace stage::models {

enum class SigmaCurve { kTable, kKarras, kExponential, kBeta };

/// What schedulers share that work with noise levels sigma instead of
/// alpha-bar (arXiv:2206.00364, table 1).
class SigmaScheduler : public Scheduler {
 public:
  explicit SigmaScheduler(const nlohmann::json& config);
  double init_noise_sigma() const override;
  torch::Tensor ScaleInput(const torch::Tensor& sample,
                           size_t step) const override;
  torch::Tensor AddNoise(const torch::Tensor& original,
                         const torch::Tensor& noise,
                         double timestep) const override;

 protected:
  /// Timesteps by the config's spacing; linspace keeps fractions.
  std::vector<double> OwnTimesteps(int steps) const;
  /// The table's sigmas at fractional timesteps.
  std::vector<double> TableSigmas(const std::vector<double>& timesteps) const;
  torch::Tensor Denoised(const torch::Tensor& output,
                         const torch::Tensor& sample,
                         double sigma) const;
  /// The first step of a timestep; of one that comes twice the second, where
  /// a run that begins there goes on.
  size_t StepOf(double timestep) const;

  NoiseSchedule schedule_;
  PredictionType prediction_;
  TimestepSpacing spacing_;
  int64_t steps_offset_;
  std::vector<double> table_;  ///< sigma of every training timestep
  std::vector<double> log_table_;
};

/// arXiv:2206.00364, algorithm 2 without its second-order correction.
class EulerScheduler final : public SigmaScheduler {
 public:
  explicit EulerScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;

 private:
  SigmaCurve curve_;
  bool log_linear_;
  bool ends_at_sigma_min_;
};

/// Euler steps to less noise than wanted, and noise added again
/// (k-diffusion's "euler ancestral").
class EulerAncestralScheduler final : public SigmaScheduler {
 public:
  explicit EulerAncestralScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;
};

/// Rectified flow (arXiv:2209.03003) with resolution-dependent shifts
/// (arXiv:2403.03206, section 5.3.2).
class FlowMatchEulerScheduler final : public Scheduler {
 public:
  explicit FlowMatchEulerScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;
  /// Sigmas falling from 1 to 1 / steps, shifted for a picture of
  /// `sequence_length` tokens.
  void SetTimesteps(int steps, int64_t sequence_length);
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;
  torch::Tensor AddNoise(const torch::Tensor& original,
                         const torch::Tensor& noise,
                         double timestep) const override;

 private:
  void Use(const std::vector<double>& sigmas);

  double train_timesteps_;
  double shift_;
  bool dynamic_;
  double base_shift_, max_shift_;
  double base_length_, max_length_;
};

/// The curve that a config's use_*_sigmas flags choose.
/// @throws Error(kModel) for more than one
SigmaCurve CurveOf(const nlohmann::json& config);
std::vector<double> SigmasOnCurve(SigmaCurve curve,
                                  double highest,
                                  double lowest,
                                  size_t count);

}  // namespace stage::models
