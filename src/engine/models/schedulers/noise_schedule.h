#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace stage::models {

enum class PredictionType { kEpsilon, kSample, kVelocity };
enum class TimestepSpacing { kLinspace, kLeading, kTrailing };

/// How much of a picture is left at each of the training's timesteps.
struct NoiseSchedule {
  /// Product of 1 - beta up to each timestep, as float32 arithmetic gives it
  /// (arXiv:2006.11239, section 2).
  std::vector<double> alphas_cumprod;
  /// Betas of the model rescaled so that the last timestep is pure noise
  /// (arXiv:2305.08891, algorithm 1).
  bool zero_terminal_snr = false;

  /// @throws Error(kModel)
  static NoiseSchedule FromJson(const nlohmann::json& config);
  int64_t train_timesteps() const {
    return static_cast<int64_t>(alphas_cumprod.size());
  }
  /// sqrt((1 - a) / a) of each timestep.
  std::vector<double> Sigmas() const;
};

/// @throws Error(kModel) for another word
PredictionType PredictionTypeOf(const nlohmann::json& config);
TimestepSpacing SpacingOf(const nlohmann::json& config,
                          TimestepSpacing otherwise);

/// Evenly spaced numbers, both ends included; one number is `first`.
std::vector<double> Linspace(double first, double last, size_t count);

/// Timesteps most noisy first, of `steps` steps over `train` training steps.
/// Leading and trailing ones are whole numbers; linspace keeps fractions.
/// @param offset  added to leading ones
std::vector<double> SpacedTimesteps(TimestepSpacing spacing,
                                    int64_t train,
                                    int steps,
                                    int64_t offset);

/// Linear interpolation in a table with the indices 0, 1, ...; constant
/// outside.
double Interpolate(const std::vector<double>& table, double index);

/// The index whose table entry is closest below `sigma`, with the fraction to
/// the next one, both in logarithms: the timestep of a noise level.
/// @param log_sigmas  rising
double TimestepOf(double sigma, const std::vector<double>& log_sigmas);

/// Noise levels that lie close together where they are low
/// (arXiv:2206.00364, eq. 5, rho = 7).
std::vector<double> KarrasSigmas(double highest, double lowest, size_t count);
/// Evenly spaced logarithms.
std::vector<double> ExponentialSigmas(double highest,
                                      double lowest,
                                      size_t count);
/// Quantiles of a beta distribution (arXiv:2407.12173, section 3.1,
/// alpha = beta = 0.6).
std::vector<double> BetaSigmas(double highest, double lowest, size_t count);

}  // namespace stage::models
