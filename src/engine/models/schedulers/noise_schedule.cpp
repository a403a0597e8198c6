#include "engine/models/schedulers/noise_schedule.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

constexpr double kKarrasRho = 7;
constexpr double kBetaShape = 0.6;
constexpr double kLowestSigma = 1e-10;

// In single precision, as published, but not by libtorch: its own linspace
// rounds otherwise from one version, and one kind of processor, to the next.
using Floats = std::vector<float>;

template <typename Change>
Floats Changed(Floats numbers, const Change& change) {
  std::transform(numbers.begin(), numbers.end(), numbers.begin(), change);
  return numbers;
}

/// @return  each number rounded once
Floats EvenlySpaced(double first, double last, int64_t count) {
  const std::vector<double> exact =
      Linspace(first, last, static_cast<size_t>(count));
  return {exact.begin(), exact.end()};
}

/// Betas whose alpha-bar is a squared cosine (arXiv:2102.09672, eq. 17).
Floats CosineBetas(int64_t count) {
  const auto alpha_bar = [](double t) {
    const double cosine = std::cos((t + 0.008) / 1.008 * M_PI / 2);
    return cosine * cosine;
  };
  Floats betas;
  for (int64_t i = 0; i < count; ++i) {
    const double now = static_cast<double>(i) / static_cast<double>(count);
    const double next = static_cast<double>(i + 1) / static_cast<double>(count);
    betas.push_back(static_cast<float>(
        std::min(1 - alpha_bar(next) / alpha_bar(now), 0.999)));
  }
  return betas;
}

Floats BetasOf(const ModelConfig& read) {
  const int64_t count = read.Integer("num_train_timesteps", 1000);
  const double first = read.Number("beta_start", 0.0001);
  const double last = read.Number("beta_end", 0.02);
  const std::string kind = read.Word("beta_schedule", "linear");
  read.Only("trained_betas", nullptr);
  if (count < 2 || count > 1'000'000) read.Only("num_train_timesteps", 1000);
  if (kind == "linear") return EvenlySpaced(first, last, count);
  if (kind == "scaled_linear") {
    return Changed(EvenlySpaced(std::sqrt(first), std::sqrt(last), count),
                   [](float root) { return root * root; });
  }
  if (kind == "squaredcos_cap_v2") return CosineBetas(count);
  throw Error(ErrorKind::kModel,
              "the model's scheduler config: beta_schedule '" + kind +
                  "' cannot be used by this version");
}

/// The running products of 1 - beta.
Floats AlphaBars(const Floats& betas) {
  double product = 1;
  return Changed(betas, [&product](float beta) {
    product *= 1 - beta;
    return static_cast<float>(product);
  });
}

/// Rescales betas so that nothing of the picture is left at the end.
Floats WithZeroTerminalSnr(const Floats& betas) {
  const Floats roots =
      Changed(AlphaBars(betas), [](float bar) { return std::sqrt(bar); });
  const float first = roots.front();
  const float last = roots.back();
  const float stretch = first / (first - last);
  float before = 1;
  return Changed(roots, [=, &before](float root) {
    const float stretched = (root - last) * stretch;
    const float bar = stretched * stretched;
    const float alpha = bar / std::exchange(before, bar);
    return 1 - alpha;
  });
}

/// I_x(a, b), the regularised incomplete beta function, as a continued
/// fraction (Abramowitz and Stegun, 26.5.8; modified Lentz's method).
double IncompleteBeta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - IncompleteBeta(b, a, 1 - x);
  constexpr double kTiny = 1e-300;
  double c = 1;
  double d = 1 / std::max(1 - (a + b) * x / (a + 1), kTiny);
  double fraction = d;
  for (int m = 1; m < 400; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd =
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1;
    for (const double term : {even, odd}) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      change *= c * d;
    }
    fraction *= change;
    if (std::abs(change - 1) < 1e-15) break;
  }
  const double log_front = a * std::log(x) + b * std::log1p(-x) +
                           std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b);
  return std::exp(log_front) * fraction / a;
}

/// The x at which I_x reaches p.
double BetaQuantile(double a, double b, double p) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (IncompleteBeta(a, b, middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

NoiseSchedule NoiseSchedule::FromJson(const nlohmann::json& config) {
  const ModelConfig read(config);
  NoiseSchedule schedule;
  Floats betas = BetasOf(read);
  schedule.zero_terminal_snr = read.Flag("rescale_betas_zero_snr", false);
  if (schedule.zero_terminal_snr) betas = WithZeroTerminalSnr(betas);
  const Floats bars = AlphaBars(betas);
  schedule.alphas_cumprod.assign(bars.begin(), bars.end());
  return schedule;
}

std::vector<double> NoiseSchedule::Sigmas() const {
  std::vector<double> sigmas;
  for (const double alpha : alphas_cumprod) {
    sigmas.push_back(std::sqrt((1 - alpha) / alpha));
  }
  return sigmas;
}

PredictionType PredictionTypeOf(const nlohmann::json& config) {
  const std::string word =
      ModelConfig(config).Word("prediction_type", "epsilon");
  if (word == "epsilon") return PredictionType::kEpsilon;
  if (word == "sample") return PredictionType::kSample;
  if (word == "v_prediction") return PredictionType::kVelocity;
  throw Error(ErrorKind::kModel,
              "the model's scheduler config: prediction_type '" + word +
                  "' cannot be used by this version");
}

TimestepSpacing SpacingOf(const nlohmann::json& config,
                          TimestepSpacing otherwise) {
  const ModelConfig read(config);
  if (!read.Has("timestep_spacing")) return otherwise;
  const std::string word = read.Word("timestep_spacing", "");
  if (word == "linspace") return TimestepSpacing::kLinspace;
  if (word == "leading") return TimestepSpacing::kLeading;
  if (word == "trailing") return TimestepSpacing::kTrailing;
  throw Error(ErrorKind::kModel,
              "the model's scheduler config: timestep_spacing '" + word +
                  "' cannot be used by this version");
}

std::vector<double> Linspace(double first, double last, size_t count) {
  std::vector<double> numbers;
  // The step is rounded first, as numpy does it: that decides which way halves
  // are rounded.
  const double step =
      (last - first) / static_cast<double>(std::max<size_t>(count, 2) - 1);
  for (size_t i = 0; i < count; ++i) {
    numbers.push_back(first + static_cast<double>(i) * step);
  }
  if (count > 1) numbers.back() = last;
  return numbers;
}

std::vector<double> SpacedTimesteps(TimestepSpacing spacing,
                                    int64_t train,
                                    int steps,
                                    int64_t offset) {
  const auto all = static_cast<double>(train);
  std::vector<double> timesteps;
  switch (spacing) {
    case TimestepSpacing::kLinspace:
      timesteps = Linspace(0, all - 1, static_cast<size_t>(steps));
      std::reverse(timesteps.begin(), timesteps.end());
      break;
    case TimestepSpacing::kLeading:
      for (int i = steps - 1; i >= 0; --i) {
        timesteps.push_back(static_cast<double>(i * (train / steps) + offset));
      }
      break;
    case TimestepSpacing::kTrailing:
      for (int i = 0; i < steps; ++i) {
        timesteps.push_back(std::nearbyint(all - i * (all / steps)) - 1);
      }
      break;
  }
  return timesteps;
}

double Interpolate(const std::vector<double>& table, double index) {
  const double last = static_cast<double>(table.size() - 1);
  const double inside = std::clamp(index, 0.0, last);
  const auto below = static_cast<size_t>(inside);
  if (below + 1 >= table.size()) return table.back();
  const double part = inside - static_cast<double>(below);
  return table[below] + part * (table[below + 1] - table[below]);
}

double TimestepOf(double sigma, const std::vector<double>& log_sigmas) {
  const double log_sigma = std::log(std::max(sigma, kLowestSigma));
  const auto above =
      std::upper_bound(log_sigmas.begin(), log_sigmas.end(), log_sigma);
  const auto count = static_cast<int64_t>(above - log_sigmas.begin());
  const int64_t low = std::clamp<int64_t>(
      count - 1, 0, static_cast<int64_t>(log_sigmas.size()) - 2);
  const double bottom = log_sigmas[static_cast<size_t>(low)];
  const double top = log_sigmas[static_cast<size_t>(low) + 1];
  const double part =
      std::clamp((bottom - log_sigma) / (bottom - top), 0.0, 1.0);
  return static_cast<double>(low) + part;
}

std::vector<double> KarrasSigmas(double highest, double lowest, size_t count) {
  std::vector<double> sigmas = Linspace(std::pow(highest, 1 / kKarrasRho),
                                        std::pow(lowest, 1 / kKarrasRho),
                                        count);
  for (double& sigma : sigmas) sigma = std::pow(sigma, kKarrasRho);
  return sigmas;
}

std::vector<double> ExponentialSigmas(double highest,
                                      double lowest,
                                      size_t count) {
  std::vector<double> sigmas =
      Linspace(std::log(highest), std::log(lowest), count);
  for (double& sigma : sigmas) sigma = std::exp(sigma);
  return sigmas;
}

std::vector<double> BetaSigmas(double highest, double lowest, size_t count) {
  std::vector<double> sigmas;
  for (const double part : Linspace(0, 1, count)) {
    sigmas.push_back(lowest + BetaQuantile(kBetaShape, kBetaShape, 1 - part) *
                                  (highest - lowest));
  }
  return sigmas;
}

}  // namespace stage::models
