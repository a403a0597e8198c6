#include "engine/edit/tone_curve.h"

#include "core/photo/srgb_curve.h"

namespace stage::engine {
namespace {

constexpr int kSteps = 8192;
constexpr double kShoulderFrom = 0.75;  // linear
constexpr double kMiddle = 0.4614;      // display value of 18 % grey
constexpr double kContrastStops = 0.9;  // at 100: slope 2^0.9 in the middle
constexpr double kFlattest = 0.5;       // slope at -100
constexpr double kWhites = 0.2;
constexpr double kBlacks = 0.12;

double LinearToSrgb(double linear) {
  return linear <= 0.0031308 ? linear * 12.92
                             : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

/// From `kShoulderFrom` on, where the slope is still 1, to white at `most`.
/// Source: Reinhard et al. 2002, doi:10.1145/566654.566575, eq. 4.
double Shoulder(double value, double most) {
  if (value <= kShoulderFrom || most <= 1) return value;
  const double t = (value - kShoulderFrom) / (1 - kShoulderFrom);
  const double white = (most - kShoulderFrom) / (1 - kShoulderFrom);
  return kShoulderFrom +
         (1 - kShoulderFrom) * t * (1 + t / (white * white)) / (1 + t);
}

double Contrast(double display, double amount) {
  if (amount <= 0) {
    return kMiddle + (display - kMiddle) * (1 + amount * (1 - kFlattest));
  }
  const double power = std::exp2(amount * kContrastStops);
  if (display < kMiddle) return kMiddle * std::pow(display / kMiddle, power);
  return 1 - (1 - kMiddle) * std::pow((1 - display) / (1 - kMiddle), power);
}

double Curve(double display, const Adjustments& a) {
  double value = display + a.whites / 100 * kWhites * std::pow(display, 3);
  value += a.blacks / 100 * kBlacks * std::pow(1 - std::min(1.0, value), 6);
  return Contrast(std::clamp(value, 0.0, 1.0), a.contrast / 100);
}

}  // namespace

ToneCurve::ToneCurve(const Adjustments& adjustments, double most_gain)
    : most_(static_cast<float>(std::max(1.0, most_gain))),
      scale_(kSteps / std::sqrt(most_)) {
  const bool display_curve = adjustments.whites != 0 ||
                             adjustments.blacks != 0 ||
                             adjustments.contrast != 0;
  identity_ = most_ <= 1 && !display_curve;
  table_.resize(kSteps + 2);
  for (int i = 0; i <= kSteps; ++i) {
    const double root = i / static_cast<double>(scale_);
    const double light = Shoulder(root * root, most_);
    table_[i] = static_cast<float>(
        display_curve ? SrgbToLinear(Curve(LinearToSrgb(std::min(1.0, light)),
                                           adjustments))
                      : light);
  }
  table_[kSteps + 1] = table_[kSteps];
}

}  // namespace stage::engine
