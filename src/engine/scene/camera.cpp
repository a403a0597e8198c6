#include "engine/scene/camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace stage::engine {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
// Camera space has y down and z forward where world space has y up and the
// viewer at +z.
const Eigen::DiagonalMatrix<double, 3> kFlip(1, -1, -1);

/// Solves r (1 + k1 r²) = ideal for r, on the branch through the origin.
double DistortedRadius(double ideal, double k1) {
  double limit = 1e9;
  if (k1 < 0) limit = std::sqrt(-1 / (3 * k1));  // where the branch turns back
  double radius = std::min(ideal, limit);
  for (int i = 0; i < 30; ++i) {
    const double value = radius * (1 + k1 * radius * radius) - ideal;
    const double slope = 1 + 3 * k1 * radius * radius;
    if (slope < 1e-6) break;
    const double next = std::clamp(radius - value / slope, 0.0, limit);
    if (std::abs(next - radius) < 1e-12) return next;
    radius = next;
  }
  return radius;
}

}  // namespace

Eigen::Vector2d Camera::Undistort(const Eigen::Vector2d& pixel) const {
  if (k1 == 0) return pixel;
  const Eigen::Vector2d offset = pixel - center_px;
  const double half_diagonal = 0.5 * std::hypot(width_px, height_px);
  const double r2 = offset.squaredNorm() / (half_diagonal * half_diagonal);
  return center_px + offset * (1 + k1 * r2);
}

Eigen::Vector2d Camera::Distort(const Eigen::Vector2d& ideal) const {
  if (k1 == 0) return ideal;
  const Eigen::Vector2d offset = ideal - center_px;
  const double half_diagonal = 0.5 * std::hypot(width_px, height_px);
  const double radius = offset.norm() / half_diagonal;
  if (radius < 1e-12) return ideal;
  return center_px + offset * (DistortedRadius(radius, k1) / radius);
}

std::optional<Eigen::Vector2d> Camera::Project(
    const Eigen::Vector3d& world) const {
  const Eigen::Vector3d c = world_to_camera * (world - position);
  if (c.z() <= 1e-6) return std::nullopt;
  return Distort(center_px + c.head<2>() * (focal_px / c.z()));
}

Eigen::Vector3d Camera::Ray(const Eigen::Vector2d& pixel) const {
  const Eigen::Vector2d offset = Undistort(pixel) - center_px;
  const Eigen::Vector3d direction(
      offset.x() / focal_px, offset.y() / focal_px, 1);
  return (world_to_camera.transpose() * direction).normalized();
}

std::optional<Eigen::Vector2d> Camera::FloorPoint(
    const Eigen::Vector2d& pixel) const {
  const Eigen::Vector3d ray = Ray(pixel);
  if (ray.y() > -1e-6) return std::nullopt;
  const double t = position.y() / -ray.y();
  return Eigen::Vector2d(position.x() + ray.x() * t,
                         position.z() + ray.z() * t);
}

Camera Camera::Resized(int new_width_px, int new_height_px) const {
  Camera camera = *this;
  const double sx = static_cast<double>(new_width_px) / width_px;
  const double sy = static_cast<double>(new_height_px) / height_px;
  camera.width_px = new_width_px;
  camera.height_px = new_height_px;
  camera.focal_px = focal_px * std::sqrt(sx * sy);
  camera.center_px = {center_px.x() * sx, center_px.y() * sy};
  return camera;
}

Eigen::Matrix3d WorldToCamera(double pitch_degrees,
                              double roll_degrees,
                              double yaw_degrees) {
  const double cp = std::cos(pitch_degrees * kDegree);
  const double sp = std::sin(pitch_degrees * kDegree);
  const double cr = std::cos(roll_degrees * kDegree);
  const double sr = std::sin(roll_degrees * kDegree);
  const double cy = std::cos(yaw_degrees * kDegree);
  const double sy = std::sin(yaw_degrees * kDegree);
  Eigen::Matrix3d yaw, pitch, roll;
  yaw << cy, 0, sy, 0, 1, 0, -sy, 0, cy;
  pitch << 1, 0, 0, 0, cp, -sp, 0, sp, cp;
  roll << cr, -sr, 0, sr, cr, 0, 0, 0, 1;
  return roll * pitch * kFlip * yaw;
}

Eigen::Vector3d Camera::PitchRollYawDegrees() const {
  // From WorldToCamera: the second column (the image of "up") is
  // (sr cp, -cr cp, -sp) and the third row is (sy cp, -sp, -cy cp).
  const Eigen::Matrix3d& m = world_to_camera;
  const double pitch = std::asin(std::clamp(-m(2, 1), -1.0, 1.0));
  const double roll = std::atan2(m(0, 1), -m(1, 1));
  const double yaw = std::atan2(m(2, 0), -m(2, 2));
  return Eigen::Vector3d(pitch, roll, yaw) / kDegree;
}

}  // namespace stage::engine
