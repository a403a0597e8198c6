#pragma once

#include <cmath>
#include <vector>

#include "engine/scene/camera_fit.h"

namespace stage::engine {

/// The six numbers of a camera that are searched. Angles in degrees.
struct CameraParameters {
  double pitch = 0, roll = 0, yaw = 0;
  double log_focal = 0;
  double shift = 0;  ///< principal point below the centre, parts of the height
  double k1 = 0;
};

/// Segments as flat arrays about the principal point, for one shift and k1.
/// Padded to whole blocks with lines of no weight, so that sums run in lanes.
struct FlatLines {
  static constexpr size_t kBlock = 8;
  std::vector<float> mx, my, dx, dy, weight;
  std::vector<float>
      steep;  ///< 1 where the segment may be a vertical of a room
  float total = 0;

  size_t size() const { return mx.size(); }
  void Add(const Eigen::Vector2d& a, const Eigen::Vector2d& b, double w) {
    const Eigen::Vector2d d = (b - a).normalized();
    mx.push_back(static_cast<float>(0.5 * (a.x() + b.x())));
    my.push_back(static_cast<float>(0.5 * (a.y() + b.y())));
    dx.push_back(static_cast<float>(d.x()));
    dy.push_back(static_cast<float>(d.y()));
    weight.push_back(static_cast<float>(w));
    steep.push_back(std::abs(d.y()) > 0.7 ? 1.f : 0.f);
    total += weight.back();
  }
  void Pad() {
    while (size() % kBlock) Add({0, 0}, {1, 0}, 0);
  }
};

/// How well cameras explain the lines of one picture, tried by the thousand.
/// Not for several threads at once.
class CameraSupport {
 public:
  /// @param floor_weight  see FitCameras
  CameraSupport(const std::vector<LineSegment>& segments,
                int width_px,
                int height_px,
                const CameraPrior& prior,
                double floor_weight);

  /// Weighted share of lines that aim at a vanishing point, by a bell of
  /// `sigma_degrees`, less what is unusual about the camera; -1e9 for cameras
  /// nobody holds.
  double Score(const CameraParameters& p, double sigma_degrees) const;
  /// The same of near-vertical lines alone.
  double VerticalSupport(double pitch, double roll, double log_focal) const;
  bool IsEmpty() const { return lines_.total <= 0; }

 private:
  const FlatLines& Flatten(const CameraParameters& p) const;
  double Support(const FlatLines& lines,
                 const CameraParameters& p,
                 double sigma_degrees) const;
  double Penalty(const CameraParameters& p) const;

  int width_px_, height_px_;
  CameraPrior prior_;
  std::vector<double> weights_;
  /// End points about the picture's centre.
  struct {
    std::vector<float> ax, ay, bx, by;
  } raw_;
  mutable FlatLines scratch_;  ///< of the last Flatten
  FlatLines lines_;            ///< without shift and distortion
  FlatLines steep_;            ///< of these, the near-vertical ones
};

}  // namespace stage::engine
