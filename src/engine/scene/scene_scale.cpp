#include "engine/scene/scene_scale.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr double kLowestM = 0.5, kHighestM = 2.6;

}  // namespace

double CeilingTrust(double support) {
  constexpr double kChance = 0.2, kSure = 0.7;
  return std::clamp((support - kChance) / (kSure - kChance), 0.0, 1.0);
}

CameraHeight EstimateCameraHeight(const ScaleCues& cues) {
  if (cues.camera_height_m) return {*cues.camera_height_m, 0};
  if (cues.known_ceiling_m && cues.ceiling_height > 1) {
    return {*cues.known_ceiling_m / cues.ceiling_height, 0};
  }
  // Each cue is a Gaussian in ln(height): the optimum is a weighted mean.
  double sum = 0, weight = 0;
  const auto add = [&](double height_m, double sigma, double trust) {
    sum += trust / (sigma * sigma) * std::log(height_m);
    weight += trust / (sigma * sigma);
  };
  add(1.3, 0.18, 1);
  if (cues.ceiling_height > 1) {
    add(kUsualCeilingM / cues.ceiling_height, 0.10, cues.ceiling_confidence);
  }
  if (cues.seen_camera_height_m) add(*cues.seen_camera_height_m, 0.12, 1);
  double height = std::exp(sum / weight);
  constexpr double kHighCeilingM = 2.75;
  if (cues.ceiling_height == 0 && cues.least_ceiling > 0) {
    height = std::min(height, kHighCeilingM / cues.least_ceiling);
  }
  return {std::clamp(height, kLowestM, kHighestM), 1 / std::sqrt(weight)};
}

}  // namespace stage::engine
