#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/floor_boundary.h"
#include "engine/scene/floor_gloss.h"
#include "engine/scene/layout_evidence.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What speaks for and against an interpretation of a picture.
struct SceneDoubts {
  double box = 0;       ///< score of the best box
  double boundary = 0;  ///< 0..1, line support along the floor's boundary
  double contrast = 0;  ///< how differently floor and rest are coloured
  double floor = 0;     ///< part of the picture that is floor
  double sky = 0;       ///< 0..1, part of the picture's top that is blue
  /// 0..1: overlap of the floor found with the box's, times its overlap with
  /// what lines alone say.
  double agreement = 1;
  double unseen = 0;    ///< 0..1, part of the width without a wall's foot
  double farthest = 0;  ///< distance of the farthest wall, camera heights
  /// Clear edges on the floor that no joint explains, length in parts of the
  /// picture's width + height: furniture.
  double clutter = 0;
  double hidden = 0;  ///< 0..1, part of the floor behind things a network sees
  /// Level lines of both directions on walls below the camera's height, in
  /// parts of the picture's width + height: a wall bears those along itself,
  /// both make the joints of a floor that was taken for a wall.
  double grid = 0;
};

/// Fills boundary, contrast, floor, sky, unseen and farthest.
SceneDoubts DoubtsOfFloor(const std::vector<BoundaryRun>& runs,
                          const cv::Mat& half_lab,
                          const cv::Mat& likelihood,
                          const cv::Mat& half_floor);

/// See SceneDoubts. Lines along the room's axes, and along the two directions
/// of tiles or boards laid at another angle, are joints; edges of sunlight are
/// none of furniture, nor are upright lines in a floor that mirrors.
double ClutterOnFloor(const LayoutEvidence& evidence,
                      const cv::Mat& half_floor,
                      const FloorGloss& gloss);

/// See SceneDoubts; the geometric mean of the lengths in either direction.
double GridOnWalls(const LayoutEvidence& evidence,
                   const cv::Mat& half_floor,
                   const std::vector<BoundaryRun>& runs);

/// True where the picture's top is sky rather than a ceiling.
bool IsOutdoors(const SceneDoubts& doubts);

/// True where so much stands on the floor that nothing more can be put there.
bool IsFurnished(const SceneDoubts& doubts);

/// One number 0..1 from the doubts, and what may be done with the scene.
double ConfidenceOf(const SceneDoubts& doubts);
SceneTrust TrustOf(const SceneDoubts& doubts);

}  // namespace stage::engine
