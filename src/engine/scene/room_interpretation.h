#pragma once

#include <optional>
#include <vector>

#include "engine/scene/box_fit.h"
#include "engine/scene/camera_fit.h"

namespace stage::engine {

/// A camera and the best box seen with it.
struct Interpretation {
  CameraFit camera;
  BoxFit box;
  double score = -1e9;
};

/// Fits several cameras, stands the best box in each and returns the pair that
/// explains the picture best; `unknown` as for LayoutEvidence. The score stays
/// at -1e9 without any line.
Interpretation Interpret(const cv::Mat& rgb,
                         const std::vector<LineSegment>& segments,
                         const CameraPrior& prior,
                         const std::optional<double>& fixed_height,
                         const cv::Mat& unknown);

}  // namespace stage::engine
