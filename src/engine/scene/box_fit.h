#pragma once

#include <optional>
#include <vector>

#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// A room as a box around the camera, in units of the camera's height: walls
/// at x = left (negative), x = right, z = back (negative), the ceiling at
/// y = height, the floor at y = 0. What is behind the camera is not said.
struct Box {
  double left = -1.5;
  double right = 1.5;
  double back = -3;
  double height = 1.85;
};

/// The faces of a box as the camera sees them.
enum class BoxFace {
  kLeft = 0,
  kRight = 1,
  kFloor = 2,
  kCeiling = 3,
  kBack = 4
};

struct BoxFit {
  Box box;
  double score = 0;
  double edges = 0;           ///< line support along the visible edges
  double variance = 0;        ///< 0..1, colour variance the faces explain
  double contradictions = 0;  ///< 0..1, share of lines impossible on their face
  double ceiling_support = 0;  ///< 0..1, line support of the ceiling's edges
};

/// The face of `box` that the ray from the camera meets first.
BoxFace FaceOf(const Box& box, const Eigen::Vector3f& ray);

/// Scores one box against the picture.
BoxFit ScoreBox(const LayoutEvidence& evidence, const Box& box);

/// Finds the best box by coordinate ascent from several fixed starts over
/// candidate planes that lines suggest, then refines it.
/// @param fixed_height  ceiling in units of the camera's height, when known
/// @param effort        kQuick looks from two starts only, to compare cameras
enum class BoxEffort { kQuick, kThorough };
BoxFit FitBox(const LayoutEvidence& evidence,
              const std::optional<double>& fixed_height,
              BoxEffort effort = BoxEffort::kThorough);

}  // namespace stage::engine
