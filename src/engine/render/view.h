#pragma once

#include <Eigen/Core>

#include "engine/scene/camera.h"

namespace stage::engine {

/// A scene's camera for a picture of the render's size, in float: rays and
/// projection, lens distortion included, fast enough for every sample.
class View {
 public:
  View(const Camera& camera, int width_px, int height_px);

  int width() const { return width_; }
  int height() const { return height_; }
  const Eigen::Vector3f& position() const { return position_; }
  /// Pixels a unit length at unit distance covers.
  float focal_px() const { return focal_; }

  /// Unit direction in world space through a point of the picture; pixel
  /// centres lie at half-integers.
  Eigen::Vector3f Ray(float x, float y) const;

  /// Point of the picture and depth along the optical axis, metres. Behind the
  /// camera (depth <= 0) x and y mean nothing.
  struct Projection {
    float x, y, depth;
  };
  Projection Project(const Eigen::Vector3f& world) const;

 private:
  int width_, height_;
  float focal_, center_x_, center_y_;
  float k1_, corner_;  // corner_: |x| of the picture's corner, per unit depth
  Eigen::Matrix3f world_to_camera_;
  Eigen::Matrix3f camera_to_world_;
  Eigen::Vector3f position_;
};

}  // namespace stage::engine
