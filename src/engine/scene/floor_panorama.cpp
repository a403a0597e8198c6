#include "engine/scene/floor_panorama.h"

#include <algorithm>

namespace stage::engine {

FloorPanorama::FloorPanorama(const Camera& camera) : camera_(camera) {
  double low = 1e9, high = -1e9;
  const int w = camera_.width_px, h = camera_.height_px;
  const auto visit = [&](double x, double y) {
    const Eigen::Vector3d ray = camera_.Ray({x, y});
    if (ray.y() > 0.05 || ray.y() < -0.98) return;
    const double azimuth = std::atan2(ray.x(), -ray.z());
    low = std::min(low, azimuth);
    high = std::max(high, azimuth);
  };
  constexpr int kSteps = 40;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    visit(0, t * h);
    visit(w, t * h);
    visit(t * w, h);
    visit(t * w, h * 0.5);
  }
  rows_ = static_cast<int>((kBottom - kTop) / kRowStep);
  if (low >= high) return;
  constexpr int kWholeTurn = 1440;
  first_ = low;
  columns_ =
      std::min(kWholeTurn, static_cast<int>((high - low) / kColumnStep) + 1);
}

}  // namespace stage::engine
