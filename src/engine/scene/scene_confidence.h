#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/box_fit.h"
#include "engine/scene/floor_boundary.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What speaks for and against an interpretation of a picture.
struct SceneDoubts {
  double camera = 0;    ///< 0..1, share of lines the camera explains
  double box = 0;       ///< score of the best box
  double boundary = 0;  ///< 0..1, line support along the floor's boundary
  double contrast = 0;  ///< how differently floor and rest are coloured
  double floor = 0;     ///< part of the picture that is floor
  double sky = 0;       ///< 0..1, part of the picture's top that is blue
};

SceneDoubts CollectDoubts(double camera_score,
                          const BoxFit& box,
                          const std::vector<BoundaryRun>& runs,
                          const cv::Mat& half_lab,
                          const cv::Mat& likelihood,
                          const cv::Mat& half_floor);

/// One number 0..1 from the doubts, and what may be done with the scene.
double ConfidenceOf(const SceneDoubts& doubts);
SceneTrust TrustOf(const SceneDoubts& doubts);

}  // namespace stage::engine
