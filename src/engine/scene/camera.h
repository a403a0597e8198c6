#pragma once

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>
#include <optional>

namespace stage::engine {

/// A pinhole camera with one radial distortion term, standing in a room.
///
/// World: metres, X right, Y up, Z towards the viewer (right-handed); the
/// floor is Y = 0 and the camera stands at (0, height, 0). For an axis-aligned
/// room the walls are parallel to X and Z. Camera space: x right, y down,
/// z forward. Pixel (0, 0) is the centre of the top left pixel's *corner*:
/// pixel centres lie at half-integers.
struct Camera {
  int width_px = 0;  ///< of the upright picture the numbers refer to
  int height_px = 0;
  double focal_px = 0;
  Eigen::Vector2d center_px{0, 0};  ///< principal point
  /// Radial distortion: x_distorted = x (1 + k1 |x|^2), x = normalised image
  /// coordinates divided by half the picture's diagonal / focal_px... i.e. in
  /// units where |x| = 1 at the picture's corner.
  double k1 = 0;
  Eigen::Matrix3d world_to_camera = Eigen::Matrix3d::Identity();
  Eigen::Vector3d position{0, 1.4, 0};

  /// Pixel of a world point, distortion included; nullopt behind the camera.
  std::optional<Eigen::Vector2d> Project(const Eigen::Vector3d& world) const;
  /// Unit direction in world space through a pixel, distortion undone.
  Eigen::Vector3d Ray(const Eigen::Vector2d& pixel) const;
  /// The same camera for the picture resized to another width.
  Camera Resized(int width_px, int height_px) const;
  /// Pitch (positive: looking down), roll and yaw in degrees.
  Eigen::Vector3d PitchRollYawDegrees() const;
};

}  // namespace stage::engine
