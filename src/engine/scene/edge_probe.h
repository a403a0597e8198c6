#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// Looks whether an edge of the room shows in the picture where it would have
/// to be: by lines or, where it is too faint for lines, by a step of colour
/// that is the same all along.
class EdgeProbe {
 public:
  /// @param half_lab  CV_32FC3 of half the working picture's size
  EdgeProbe(const LayoutEvidence& evidence, const cv::Mat& half_lab)
      : evidence_(evidence), lab_(half_lab) {}

  /// @param along  direction of the edge
  /// @param points  on the edge in order, undistorted working pixels within
  ///        the picture
  /// @return 0..1; what noise alone gives is taken off
  double Support(Axis along, const std::vector<Eigen::Vector2d>& points) const;

 private:
  double StepSupport(const std::vector<Eigen::Vector2d>& points) const;

  const LayoutEvidence& evidence_;
  const cv::Mat& lab_;
};

}  // namespace stage::engine
