#pragma once

#include <Eigen/Core>
#include <optional>

namespace stage::engine {

/// A pinhole camera with one radial distortion term, standing in a room.
///
/// World: metres, X right, Y up, Z towards the viewer (right-handed); the
/// floor is Y = 0 and the camera stands at (0, height, 0). For an axis-aligned
/// room the walls are parallel to X and Z. Camera space: x right, y down,
/// z forward. Pixel coordinates are continuous: (0, 0) is the top left corner
/// of the top left pixel, so pixel centres lie at half-integers.
struct Camera {
  int width_px = 0;  ///< of the upright picture the numbers refer to
  int height_px = 0;
  double focal_px = 0;
  Eigen::Vector2d center_px{0, 0};  ///< principal point
  /// Radial distortion. With q = (pixel - center_px) / (half the picture's
  /// diagonal), the ideal pinhole image of the same point lies at
  /// q (1 + k1 |q|²). Positive: barrel, straight lines bow outwards; 0: none.
  double k1 = 0;
  Eigen::Matrix3d world_to_camera = Eigen::Matrix3d::Identity();
  Eigen::Vector3d position{0, 1.4, 0};

  /// Pixel of a world point, distortion included; nullopt behind the camera.
  std::optional<Eigen::Vector2d> Project(const Eigen::Vector3d& world) const;
  /// Unit direction in world space through a pixel, distortion undone.
  Eigen::Vector3d Ray(const Eigen::Vector2d& pixel) const;
  /// Where the ideal pinhole camera would see what this one sees at `pixel`.
  Eigen::Vector2d Undistort(const Eigen::Vector2d& pixel) const;
  /// The inverse of Undistort.
  Eigen::Vector2d Distort(const Eigen::Vector2d& ideal) const;
  /// Where the ray through a pixel meets the floor, as (x, z); nullopt at or
  /// above the horizon.
  std::optional<Eigen::Vector2d> FloorPoint(const Eigen::Vector2d& pixel) const;
  /// The same camera for the picture resized to another size.
  Camera Resized(int width_px, int height_px) const;
  /// Pitch (positive: looking down), roll (positive: the picture's content is
  /// turned clockwise) and yaw (positive: looking to the right) in degrees.
  Eigen::Vector3d PitchRollYawDegrees() const;
};

/// The rotation whose PitchRollYawDegrees are the given ones.
Eigen::Matrix3d WorldToCamera(double pitch_degrees,
                              double roll_degrees,
                              double yaw_degrees);

}  // namespace stage::engine
