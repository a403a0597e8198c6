#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/models/schedulers/sigma_schedulers.h"

namespace stage::models {

/// Alpha, sigma and half the log signal-to-noise ratio at a noise level, as
/// arXiv:2206.00927 (section 3) names them: x = alpha x0 + sigma noise.
struct DiffusionPoint {
  double alpha = 1;
  double sigma = 0;
  double lambda = 0;  ///< log(alpha / sigma), infinite without noise

  /// @param ratio  sigma / alpha, what the tables of sigmas hold
  static DiffusionPoint At(double ratio);
};

/// What the exponential-integrator solvers share: their grid of timesteps and
/// what they keep of the network's outputs.
class SolverScheduler : public SigmaScheduler {
 public:
  explicit SolverScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;
  double init_noise_sigma() const override { return 1; }
  torch::Tensor ScaleInput(const torch::Tensor& sample,
                           size_t step) const override {
    return sample;
  }
  torch::Tensor AddNoise(const torch::Tensor& original,
                         const torch::Tensor& noise,
                         double timestep) const override;

 protected:
  enum class Solves { kDenoised, kNoise };
  /// The network's output as the quantity that the solver integrates.
  torch::Tensor Converted(const torch::Tensor& output,
                          const torch::Tensor& sample,
                          size_t step,
                          Solves solves) const;
  DiffusionPoint Point(size_t step) const {
    return DiffusionPoint::At(sigmas_[step]);
  }
  void Remember(const torch::Tensor& converted);
  /// The converted output of `age` steps ago; 0 is the newest.
  const torch::Tensor& Past(size_t age) const;

  int64_t order_;
  bool lower_order_final_;
  bool ends_at_zero_;
  size_t lower_order_steps_ = 0;  ///< steps made so far, up to the order

 private:
  SigmaCurve curve_;
  SampleLimit limit_;
  std::deque<torch::Tensor> past_;
};

/// DPM-Solver (arXiv:2206.00927) and DPM-Solver++ (arXiv:2211.01095), also
/// with noise added in every step.
class DpmSolverMultistepScheduler final : public SolverScheduler {
 public:
  explicit DpmSolverMultistepScheduler(const nlohmann::json& config);
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;

 private:
  enum class Algorithm { kSolver, kSolverPlus, kSdePlus };
  int64_t OrderAt(size_t step) const;

  Algorithm algorithm_;
  bool heun_;
  bool euler_at_final_;
};

/// UniPC (arXiv:2302.04867, algorithms 5 and 6): a predictor, and a corrector
/// that reuses the next step's prediction.
class UniPcScheduler final : public SolverScheduler {
 public:
  explicit UniPcScheduler(const nlohmann::json& config);
  void SetTimesteps(int steps) override;
  SchedulerStep Step(const torch::Tensor& output,
                     size_t step,
                     const torch::Tensor& sample,
                     const NoiseSource& noise) override;

 private:
  struct Terms;
  Terms TermsOf(size_t from, size_t to, int64_t order) const;
  torch::Tensor Predict(const torch::Tensor& sample,
                        size_t step,
                        int64_t order) const;
  torch::Tensor Correct(const torch::Tensor& converted, size_t step) const;

  bool predicts_x0_;
  bool bh2_;
  std::set<int64_t> uncorrected_;
  int64_t last_order_ = 1;
  torch::Tensor last_sample_;
};

}  // namespace stage::models
