#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace stage::models {

/// Draws standard normal numbers of a shape; the caller's generator, asked in
/// the order in which the published implementations draw.
using NoiseSource = std::function<torch::Tensor(torch::IntArrayRef shape)>;

/// What one denoising step gives.
struct SchedulerStep {
  torch::Tensor previous;  ///< the sample at the next, less noisy timestep
  torch::Tensor denoised;  ///< the clean sample as foreseen; may be undefined
};

/// Steps of the sampler that scheduler_config.json does not name.
struct StepOptions {
  double eta = 0;      ///< DDIM: 0 is deterministic, 1 is DDPM
  double s_churn = 0;  ///< Euler: noise added back
  double s_noise = 1;  ///< Euler: scale of that noise
};

/// Turns noise into a picture, a step at a time, with a network's predictions.
/// Steps are counted from 0 in timesteps(); a picture-to-picture run begins
/// further on.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Plans `steps` steps (some schedulers make more) and forgets the past.
  virtual void SetTimesteps(int steps) = 0;
  /// What the network is told, most noisy first; may be fractional.
  const std::vector<double>& timesteps() const { return timesteps_; }
  /// Noise levels of the steps and after the last, where the method has them.
  const std::vector<double>& sigmas() const { return sigmas_; }
  /// Standard deviation of the noise that a run from scratch begins with.
  virtual double init_noise_sigma() const { return 1; }
  /// Entries of timesteps() a wished step takes (Heun: 2).
  virtual int order() const { return 1; }

  /// What the network gets to see of the sample.
  virtual torch::Tensor ScaleInput(const torch::Tensor& sample,
                                   size_t step) const {
    return sample;
  }
  /// @param output  the network's prediction for `sample` at `step`
  virtual SchedulerStep Step(const torch::Tensor& output,
                             size_t step,
                             const torch::Tensor& sample,
                             const NoiseSource& noise) = 0;
  /// A clean sample as noisy as one is at timestep `timestep`.
  virtual torch::Tensor AddNoise(const torch::Tensor& original,
                                 const torch::Tensor& noise,
                                 double timestep) const = 0;

  StepOptions options;

 protected:
  std::vector<double> timesteps_;
  std::vector<double> sigmas_;
};

/// A scheduler by its published class name ("EulerDiscreteScheduler") or short
/// name ("euler", see SchedulerNames()), set up by a scheduler_config.json.
/// Switching the class keeps what the file names; everything else takes the
/// new class's defaults.
/// @throws Error(kModel) for a config that cannot be used, Error(kUsage) for an
///         unknown name, with a suggestion
std::unique_ptr<Scheduler> MakeScheduler(const std::string& name,
                                         const nlohmann::json& config);

/// Short names that MakeScheduler takes.
std::vector<std::string> SchedulerNames();

}  // namespace stage::models
