#include "engine/render/view.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

// Solves r (1 + k1 r^2) = ideal for r, on the branch through the origin.
float DistortedRadius(float ideal, float k1) {
  const float turn = k1 < 0 ? std::sqrt(-1 / (3 * k1)) : 1e9f;
  float r = std::min(ideal, turn);
  for (int i = 0; i < 8; ++i) {
    const float slope = 1 + 3 * k1 * r * r;
    if (slope < 1e-4f) break;
    r = std::clamp(r - (r * (1 + k1 * r * r) - ideal) / slope, 0.0f, turn);
  }
  return r;
}

}  // namespace

View::View(const Camera& camera, int width_px, int height_px)
    : width_(width_px), height_(height_px) {
  const double scale_x = static_cast<double>(width_px) / camera.width_px;
  const double scale_y = static_cast<double>(height_px) / camera.height_px;
  focal_ = static_cast<float>(camera.focal_px * scale_x);
  center_x_ = static_cast<float>(camera.center_px.x() * scale_x);
  center_y_ = static_cast<float>(camera.center_px.y() * scale_y);
  k1_ = static_cast<float>(camera.k1);
  corner_ =
      0.5f *
      std::hypot(static_cast<float>(width_px), static_cast<float>(height_px)) /
      focal_;
  world_to_camera_ = camera.world_to_camera.cast<float>();
  camera_to_world_ = world_to_camera_.transpose();
  position_ = camera.position.cast<float>();
}

Eigen::Vector3f View::Ray(float x, float y) const {
  float u = (x - center_x_) / focal_;
  float v = (y - center_y_) / focal_;
  if (k1_ != 0) {
    const float scale = 1 + k1_ * (u * u + v * v) / (corner_ * corner_);
    u *= scale;
    v *= scale;
  }
  return (camera_to_world_ * Eigen::Vector3f(u, v, 1)).normalized();
}

View::Projection View::Project(const Eigen::Vector3f& world) const {
  const Eigen::Vector3f p = world_to_camera_ * (world - position_);
  if (p.z() < 1e-4f) return {0, 0, p.z()};
  float u = p.x() / p.z();
  float v = p.y() / p.z();
  if (k1_ != 0) {
    const float ideal = std::hypot(u, v) / corner_;
    const float scale =
        ideal > 1e-6f ? DistortedRadius(ideal, k1_) / ideal : 1.0f;
    u *= scale;
    v *= scale;
  }
  return {u * focal_ + center_x_, v * focal_ + center_y_, p.z()};
}

}  // namespace stage::engine
