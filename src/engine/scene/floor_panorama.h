#pragma once

#include <cmath>
#include <numbers>

#include "engine/scene/camera.h"

namespace stage::engine {

/// The picture as directions around the camera: columns are azimuths, rows are
/// angles below the horizon, both evenly spaced. A wall along a room axis is
/// one plane whose foot crosses every column once.
class FloorPanorama {
 public:
  static constexpr double kDegree = std::numbers::pi / 180;
  static constexpr double kColumnStep = 0.25 * kDegree;
  static constexpr double kRowStep = 0.2 * kDegree;
  static constexpr double kTop = -40 * kDegree;
  static constexpr double kBottom = 86 * kDegree;

  explicit FloorPanorama(const Camera& camera);

  const Camera& camera() const { return camera_; }
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  size_t size() const { return static_cast<size_t>(columns_) * (rows_ + 1); }
  /// Index of a cell in arrays of size(); row rows() is the end of a column.
  size_t At(int column, int row) const {
    return static_cast<size_t>(column) * (rows_ + 1) + row;
  }
  double Azimuth(int column) const { return first_ + column * kColumnStep; }
  double RowAngle(int row) const { return kTop + row * kRowStep; }
  int RowOf(double angle) const {
    const int row = static_cast<int>((angle - kTop) / kRowStep);
    return row < 0 ? 0 : row < rows_ ? row : rows_ - 1;
  }
  Eigen::Vector3d Direction(double azimuth, double down) const {
    return {std::cos(down) * std::sin(azimuth),
            -std::sin(down),
            -std::cos(down) * std::cos(azimuth)};
  }
  /// Undistorted pixel of a direction; false behind the camera.
  bool Ideal(const Eigen::Vector3d& direction, Eigen::Vector2d& pixel) const {
    const Eigen::Vector3d c = camera_.world_to_camera * direction;
    if (c.z() < 0.02) return false;
    pixel = camera_.center_px + c.head<2>() * (camera_.focal_px / c.z());
    return true;
  }
  bool IsInside(const Eigen::Vector2d& pixel) const {
    return pixel.x() >= 0 && pixel.y() >= 0 && pixel.x() < camera_.width_px &&
           pixel.y() < camera_.height_px;
  }

 private:
  Camera camera_;
  double first_ = 0;
  int columns_ = 0, rows_ = 0;
};

}  // namespace stage::engine
