#include "engine/scene/scene_scale.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {

double EstimateCameraHeight(const ScaleCues& cues) {
  if (cues.camera_height_m) return *cues.camera_height_m;
  if (cues.known_ceiling_m && cues.ceiling_height > 1) {
    return *cues.known_ceiling_m / cues.ceiling_height;
  }
  // Each cue is a Gaussian in ln(height): the optimum is a weighted mean.
  double sum = 0, weight = 0;
  const auto add = [&](double height_m, double sigma, double trust) {
    sum += trust / (sigma * sigma) * std::log(height_m);
    weight += trust / (sigma * sigma);
  };
  add(1.3, 0.18, 1);
  if (cues.ceiling_height > 1) {
    add(2.6 / cues.ceiling_height, 0.10, cues.ceiling_confidence);
  }
  if (!cues.door_heights.empty()) {
    std::vector<double> doors = cues.door_heights;
    std::nth_element(doors.begin(), doors.begin() + doors.size() / 2, doors.end());
    add(2.06 / doors[doors.size() / 2], 0.12, 0.7);
  }
  return std::clamp(std::exp(sum / weight), 0.5, 2.6);
}

}  // namespace stage::engine
