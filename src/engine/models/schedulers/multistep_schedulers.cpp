#include "engine/models/schedulers/multistep_schedulers.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

using torch::Tensor;

// Fewer steps than this end with lower orders, which are more stable.
constexpr size_t kFewSteps = 15;

}  // namespace

DiffusionPoint DiffusionPoint::At(double ratio) {
  DiffusionPoint point;
  point.alpha = 1 / std::sqrt(ratio * ratio + 1);
  point.sigma = ratio * point.alpha;
  point.lambda = -std::log(ratio);  // +infinity where ratio is 0
  return point;
}

SolverScheduler::SolverScheduler(const nlohmann::json& config)
    : SigmaScheduler(config),
      curve_(CurveOf(config)),
      limit_(config, /*clips_by_default=*/false) {
  const ModelConfig read(config);
  order_ = read.Integer("solver_order", 2);
  if (order_ < 1 || order_ > 3) read.Only("solver_order", 2);
  lower_order_final_ = read.Flag("lower_order_final", true);
  ends_at_zero_ = read.Word("final_sigmas_type", "zero") == "zero";
  read.Only("use_flow_sigmas", false);
  read.Only("variance_type", nullptr);
  read.Only("lambda_min_clipped", nullptr);
}

void SolverScheduler::SetTimesteps(int steps) {
  past_.clear();
  lower_order_steps_ = 0;
  const auto count = static_cast<size_t>(steps);
  const auto train = static_cast<double>(schedule_.train_timesteps());
  timesteps_.clear();
  if (curve_ != SigmaCurve::kTable) {
    sigmas_ = SigmasOnCurve(curve_, table_.back(), table_.front(), count);
    for (const double sigma : sigmas_) {
      timesteps_.push_back(std::nearbyint(TimestepOf(sigma, log_table_)));
    }
  } else {
    // One more than wanted, the least noisy of which is dropped.
    if (spacing_ == TimestepSpacing::kTrailing) {
      timesteps_ = OwnTimesteps(steps);
    } else if (spacing_ == TimestepSpacing::kLeading) {
      const int64_t stride = schedule_.train_timesteps() / (steps + 1);
      for (int i = steps; i >= 1; --i) {
        timesteps_.push_back(static_cast<double>(i * stride + steps_offset_));
      }
    } else {
      const std::vector<double> grid = Linspace(0, train - 1, count + 1);
      for (size_t i = count; i >= 1; --i) {
        timesteps_.push_back(std::nearbyint(grid[i]));
      }
    }
    sigmas_ = TableSigmas(timesteps_);
  }
  sigmas_.push_back(ends_at_zero_ ? 0 : table_.front());
}

Tensor SolverScheduler::AddNoise(const Tensor& original,
                                 const Tensor& noise,
                                 double timestep) const {
  const DiffusionPoint at = Point(StepOf(timestep));
  return at.alpha * original + at.sigma * noise;
}

Tensor SolverScheduler::Converted(const Tensor& output,
                                  const Tensor& sample,
                                  size_t step,
                                  Solves solves) const {
  const DiffusionPoint at = Point(step);
  if (solves == Solves::kNoise) {
    if (prediction_ == PredictionType::kEpsilon) return output;
    return prediction_ == PredictionType::kSample
               ? (sample - at.alpha * output) / at.sigma
               : at.alpha * output + at.sigma * sample;
  }
  Tensor denoised = output;
  if (prediction_ == PredictionType::kEpsilon) {
    denoised = (sample - at.sigma * output) / at.alpha;
  } else if (prediction_ == PredictionType::kVelocity) {
    denoised = at.alpha * sample - at.sigma * output;
  }
  return limit_.Apply(denoised);
}

void SolverScheduler::Remember(const Tensor& converted) {
  past_.push_front(converted);
  if (past_.size() > static_cast<size_t>(order_)) past_.pop_back();
}

const Tensor& SolverScheduler::Past(size_t age) const { return past_.at(age); }

DpmSolverMultistepScheduler::DpmSolverMultistepScheduler(
    const nlohmann::json& config)
    : SolverScheduler(config) {
  const ModelConfig read(config);
  const std::string algorithm = read.Word("algorithm_type", "dpmsolver++");
  if (algorithm == "dpmsolver++") {
    algorithm_ = Algorithm::kSolverPlus;
  } else if (algorithm == "sde-dpmsolver++") {
    algorithm_ = Algorithm::kSdePlus;
  } else {
    read.Only("algorithm_type", "dpmsolver");
    algorithm_ = Algorithm::kSolver;
  }
  heun_ = read.Word("solver_type", "midpoint") == "heun";
  euler_at_final_ = read.Flag("euler_at_final", false);
  if (algorithm_ == Algorithm::kSolver && ends_at_zero_) {
    throw Error(ErrorKind::kModel,
                "the model's scheduler config: 'dpmsolver' cannot end at "
                "sigma zero; set final_sigmas_type to sigma_min");
  }
  if (algorithm_ == Algorithm::kSdePlus && order_ > 2) {
    read.Only("solver_order", 2);
  }
}

int64_t DpmSolverMultistepScheduler::OrderAt(size_t step) const {
  const size_t left = timesteps_.size() - step;
  const bool few = lower_order_final_ && timesteps_.size() < kFewSteps;
  int64_t order =
      std::min(order_, static_cast<int64_t>(lower_order_steps_) + 1);
  if (left == 1 && (euler_at_final_ || few || ends_at_zero_)) order = 1;
  if (left == 2 && few) order = std::min<int64_t>(order, 2);
  return order;
}

SchedulerStep DpmSolverMultistepScheduler::Step(const Tensor& output,
                                                size_t step,
                                                const Tensor& sample,
                                                const NoiseSource& noise) {
  const bool plain = algorithm_ == Algorithm::kSolver;
  Remember(Converted(
      output, sample, step, plain ? Solves::kNoise : Solves::kDenoised));
  const int64_t order = OrderAt(step);
  const DiffusionPoint from = Point(step);
  const DiffusionPoint to = Point(step + 1);
  const double h = to.lambda - from.lambda;

  // Derivatives of the integrated quantity, by divided differences.
  const Tensor& d0 = Past(0);
  Tensor d1, d2;
  if (order >= 2) {
    const double r0 = (from.lambda - Point(step - 1).lambda) / h;
    d1 = (Past(0) - Past(1)) / r0;
    if (order >= 3) {
      const double r1 = (Point(step - 1).lambda - Point(step - 2).lambda) / h;
      const Tensor older = (Past(1) - Past(2)) / r1;
      d2 = (d1 - older) / (r0 + r1);
      d1 = d1 + r0 / (r0 + r1) * (d1 - older);
    }
  }

  // phi_1 of the exponential integrator, with the factor before it.
  double keep = 0, scale = 0, z = 0, noise_scale = 0;
  if (algorithm_ == Algorithm::kSolver) {
    keep = to.alpha / from.alpha;
    scale = -to.sigma;
    z = h;
  } else if (algorithm_ == Algorithm::kSolverPlus) {
    keep = to.sigma / from.sigma;
    scale = -to.alpha;
    z = -h;
  } else {
    keep = to.sigma / from.sigma * std::exp(-h);
    scale = -to.alpha;
    z = -2 * h;
    noise_scale = to.sigma * std::sqrt(-std::expm1(-2 * h));
  }
  const double phi_1 = std::expm1(z);
  Tensor next = keep * sample + scale * phi_1 * d0;
  if (order == 2 && !heun_) next = next + 0.5 * scale * phi_1 * d1;
  if (order >= 3 || (order == 2 && heun_)) {
    next = next + scale * (phi_1 / z - 1) * d1;
  }
  if (order >= 3) {
    next = next + scale * ((phi_1 - z) / (h * h) - 0.5) * d2;
  }
  if (algorithm_ == Algorithm::kSdePlus) {
    next = next + noise_scale * noise(sample.sizes());
  }
  lower_order_steps_ =
      std::min(lower_order_steps_ + 1, static_cast<size_t>(order_));
  return {next, {}};
}

/// Coefficients of one UniPC step from one point to another.
struct UniPcScheduler::Terms {
  double keep = 0;   ///< of the sample
  double scale = 0;  ///< before everything the network said
  double phi_1 = 0;
  double b_h = 0;
  std::vector<double> ratios;  ///< r_k of the older outputs
  Tensor matrix;               ///< R, [order, order], double
  Tensor right;                ///< b, [order]
};

UniPcScheduler::UniPcScheduler(const nlohmann::json& config)
    : SolverScheduler(config) {
  const ModelConfig read(config);
  predicts_x0_ = read.Flag("predict_x0", true);
  const std::string kind = read.Word("solver_type", "bh2");
  // Other solvers' words mean the default here.
  bh2_ = kind != "bh1";
  read.Only("solver_p", nullptr);
  for (const int64_t step : read.Integers("disable_corrector", {})) {
    uncorrected_.insert(step);
  }
}

void UniPcScheduler::SetTimesteps(int steps) {
  SolverScheduler::SetTimesteps(steps);
  last_sample_ = Tensor();
  last_order_ = 1;
}

UniPcScheduler::Terms UniPcScheduler::TermsOf(size_t from,
                                              size_t to,
                                              int64_t order) const {
  const DiffusionPoint a = Point(from);
  const DiffusionPoint b = Point(to);
  const double h = b.lambda - a.lambda;
  const double hh = predicts_x0_ ? -h : h;
  Terms terms;
  terms.keep = predicts_x0_ ? b.sigma / a.sigma : b.alpha / a.alpha;
  terms.scale = predicts_x0_ ? -b.alpha : -b.sigma;
  terms.phi_1 = std::expm1(hh);
  terms.b_h = bh2_ ? terms.phi_1 : hh;
  for (int64_t i = 1; i < order; ++i) {
    const double older = Point(from - static_cast<size_t>(i)).lambda;
    terms.ratios.push_back((older - a.lambda) / h);
  }
  std::vector<double> ratios = terms.ratios;
  ratios.push_back(1);
  terms.matrix = torch::empty({order, order}, torch::kFloat64);
  terms.right = torch::empty({order}, torch::kFloat64);
  double phi_k = terms.phi_1 / hh - 1;
  double factorial = 1;
  for (int64_t i = 0; i < order; ++i) {
    for (int64_t j = 0; j < order; ++j) {
      terms.matrix[i][j] =
          std::pow(ratios[static_cast<size_t>(j)], static_cast<double>(i));
    }
    terms.right[i] = phi_k * factorial / terms.b_h;
    factorial *= static_cast<double>(i + 2);
    phi_k = phi_k / hh - 1 / factorial;
  }
  return terms;
}

Tensor UniPcScheduler::Predict(const Tensor& sample,
                               size_t step,
                               int64_t order) const {
  const Terms terms = TermsOf(step, step + 1, order);
  Tensor next = terms.keep * sample + terms.scale * terms.phi_1 * Past(0);
  if (order == 1) return next;
  Tensor weights = torch::full({1}, 0.5, torch::kFloat64);
  if (order > 2) {
    weights = torch::linalg_solve(
        terms.matrix.slice(0, 0, order - 1).slice(1, 0, order - 1),
        terms.right.slice(0, 0, order - 1));
  }
  for (size_t k = 0; k < terms.ratios.size(); ++k) {
    const double weight = weights[static_cast<int64_t>(k)].item<double>();
    next = next + terms.scale * terms.b_h * weight / terms.ratios[k] *
                      (Past(k + 1) - Past(0));
  }
  return next;
}

Tensor UniPcScheduler::Correct(const Tensor& converted, size_t step) const {
  const int64_t order = last_order_;
  const Terms terms = TermsOf(step - 1, step, order);
  Tensor weights = torch::full({1}, 0.5, torch::kFloat64);
  if (order > 1) weights = torch::linalg_solve(terms.matrix, terms.right);
  Tensor sample =
      terms.keep * last_sample_ + terms.scale * terms.phi_1 * Past(0);
  const auto weight = [&](int64_t k) { return weights[k].item<double>(); };
  for (size_t k = 0; k < terms.ratios.size(); ++k) {
    sample = sample + terms.scale * terms.b_h *
                          weight(static_cast<int64_t>(k)) / terms.ratios[k] *
                          (Past(k + 1) - Past(0));
  }
  return sample +
         terms.scale * terms.b_h * weight(order - 1) * (converted - Past(0));
}

SchedulerStep UniPcScheduler::Step(const Tensor& output,
                                   size_t step,
                                   const Tensor& sample,
                                   const NoiseSource& noise) {
  const Tensor converted = Converted(
      output, sample, step, predicts_x0_ ? Solves::kDenoised : Solves::kNoise);
  Tensor corrected = sample;
  if (last_sample_.defined() &&
      !uncorrected_.contains(static_cast<int64_t>(step) - 1)) {
    corrected = Correct(converted, step);
  }
  Remember(converted);
  int64_t order = order_;
  if (lower_order_final_) {
    order = std::min(order, static_cast<int64_t>(timesteps_.size() - step));
  }
  order = std::min(order, static_cast<int64_t>(lower_order_steps_) + 1);
  last_order_ = order;
  last_sample_ = corrected;
  lower_order_steps_ =
      std::min(lower_order_steps_ + 1, static_cast<size_t>(order_));
  return {Predict(corrected, step, order), {}};
}

}  // namespace stage::models
