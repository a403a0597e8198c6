#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "engine/models/schedulers/noise_schedule.h"
#include "engine/models/schedulers/scheduler.h"

namespace stage::models {

/// Clips or thresholds the foreseen clean sample, where a config asks for it.
class SampleLimit {
 public:
  explicit SampleLimit(const nlohmann::json& config, bool clips_by_default);
  torch::Tensor Apply(const torch::Tensor& denoised) const;

 private:
  bool thresholds_ = false;
  double ratio_ = 0.995;
  double highest_ = 1;
  std::optional<double> clip_range_;
};

/// What schedulers share that work with alpha-bar at whole timesteps.
class AlphaScheduler : public Scheduler {
 public:
  AlphaScheduler(const nlohmann::json& config,
                 TimestepSpacing default_spacing,
                 bool clips_by_default);
  void SetTimesteps(int steps) override;
  torch::Tensor AddNoise(const torch::Tensor& original,
                         const torch::Tensor& noise,
                         double timestep) const override;

 protected:
  /// Alpha-bar; of a negative timestep the config's final one.
  double AlphaBar(int64_t timestep) const;
  /// The clean sample and the noise that the network's output stands for.
  struct Parts {
    torch::Tensor denoised;
    torch::Tensor noise;
  };
  Parts Split(const torch::Tensor& output,
              const torch::Tensor& sample,
              double alpha_bar) const;
  int64_t timestep(size_t step) const {
    return static_cast<int64_t>(timesteps_[step]);
  }
  /// Training timesteps from one step to the next.
  int64_t stride() const { return schedule_.train_timesteps() / steps_; }

  NoiseSchedule schedule_;
  PredictionType prediction_;
  TimestepSpacing spacing_;
  int64_t steps_offset_;
  double final_alpha_bar_;
  SampleLimit limit_;
  int steps_ = 1;
};

/// arXiv:2010.02502, eq. 12.
class DdimScheduler final : public AlphaScheduler {
 public:
  explicit DdimScheduler(const nlohmann::json& config);
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;
};

/// arXiv:2006.11239, algorithm 2, with the posterior's own variance.
class DdpmScheduler final : public AlphaScheduler {
 public:
  explicit DdpmScheduler(const nlohmann::json& config);
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;
};

/// arXiv:2202.09778: linear multistep, begun with Runge-Kutta steps or, as the
/// published models want it, with one timestep made twice.
class PndmScheduler final : public AlphaScheduler {
 public:
  explicit PndmScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;

 private:
  torch::Tensor RungeKutta(const torch::Tensor& output,
                           const torch::Tensor& sample);
  torch::Tensor Multistep(const torch::Tensor& output,
                          size_t step,
                          torch::Tensor sample);
  torch::Tensor Transfer(const torch::Tensor& sample,
                         int64_t from,
                         int64_t to,
                         torch::Tensor output) const;

  bool skips_runge_kutta_;
  size_t runge_kutta_steps_ = 0;
  size_t done_ = 0;
  std::vector<torch::Tensor> outputs_;  ///< newest last
  torch::Tensor first_sample_;
  torch::Tensor sum_;
};

/// Models distilled to few steps: they know some of the training timesteps,
/// of which these schedulers use even fewer.
class DistilledScheduler : public AlphaScheduler {
 public:
  explicit DistilledScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;

 private:
  int64_t original_steps_;
};

/// arXiv:2310.04378, section 4.3: jumps to the clean sample and back to less
/// noise.
class LcmScheduler final : public DistilledScheduler {
 public:
  explicit LcmScheduler(const nlohmann::json& config);
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;

 private:
  double timestep_scaling_;
};

/// arXiv:2402.19159, section 3.3: like LCM, with a jump to any noise level;
/// its gamma is 0.3 throughout.
class TcdScheduler final : public DistilledScheduler {
 public:
  using DistilledScheduler::DistilledScheduler;
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;
};

}  // namespace stage::models
