#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/box_fit.h"
#include "engine/scene/floor_boundary.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// Where the floor ends, and what it looks like. Pictures are half as large as
/// the working picture.
struct FloorFindings {
  std::vector<BoundaryRun> runs;
  cv::Mat likelihood;    ///< CV_32F, see FloorLikelihood
  cv::Mat half_mask;     ///< 255 where there is floor
  double agreement = 1;  ///< see SceneDoubts
};

/// Looks for the floor's end with lines and the box, then learns the floor's
/// colours from what these agree on, and looks again. Colours count as far as
/// they tell floor from the walls above it.
/// @param unit_half  the camera, for the half-size picture
/// @param half_lab   CV_32FC3, see LabOf
/// @param unknown    255 where the picture says nothing; or empty
/// @param seen       see SeenFloor; or empty: colours alone have a say
FloorFindings FindFloor(const LayoutEvidence& evidence,
                        const Box& box,
                        const Camera& unit_half,
                        const cv::Mat& half_lab,
                        const cv::Mat& unknown,
                        const cv::Mat& seen);

/// Whether much of the floor's end is no wall but the edge of sunlight.
bool FollowsSun(const LayoutEvidence& evidence,
                const std::vector<BoundaryRun>& runs);

/// Looks only for the walls around the outline that a user has drawn, in
/// pixels of the half-size picture.
FloorFindings FindWallsAround(const std::vector<Eigen::Vector2d>& outline,
                              const LayoutEvidence& evidence,
                              const Box& box,
                              const Camera& unit_half);

}  // namespace stage::engine
