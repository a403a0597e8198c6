#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/box_fit.h"
#include "engine/scene/floor_boundary.h"
#include "engine/scene/floor_panorama.h"
#include "engine/scene/layout_evidence.h"

namespace stage::engine {

/// Follows the floor's boundary through the picture from left to right as a
/// sequence of walls along the room's axes, by dynamic programming over
/// viewing directions (after Flint, Murray, Reid: "Manhattan scene
/// understanding using monocular, stereo, and 3D features", ICCV 2011).
/// Corners are cheap, jumps (returns, doorways, columns) must be paid for by
/// vertical lines and by what the floor looks like; lines that neither floor
/// nor wall can bear count against both.
class BoundarySearch {
 public:
  /// @param corners  floor points (x, z) in camera heights through which walls
  ///                 are known to run; may be empty
  BoundarySearch(const LayoutEvidence& evidence,
                 const Box& box,
                 const std::vector<Eigen::Vector2d>& corners);

  struct Boundary {
    std::vector<BoundaryRun> runs;  ///< left to right; may be empty
    double score = 0;               ///< comparable for one picture
    double lines = 0;               ///< the same without colours' part
  };
  /// @param likelihood  CV_32F of half the working picture's size, see
  ///        FloorLikelihood; empty: lines alone decide
  Boundary Follow(const cv::Mat& likelihood) const;

 private:
  static constexpr float kNever = -1e9f;  ///< payoff of what cannot be

  size_t Pay(int column, size_t candidate) const {
    return static_cast<size_t>(column) * candidates_.size() + candidate;
  }
  double BoxAngle(double azimuth) const;
  void MakeCandidates(const std::vector<Eigen::Vector2d>& corners);
  void AddCandidates(Axis along, std::vector<std::pair<double, double>> votes);
  void AddCandidate(Axis along, double plane);
  void MapPicture();
  void SumLines();
  void MakePayoffs();
  void PayHidden(int column, size_t candidate);
  void PayWall(int column, size_t candidate);
  void PayBox(int column);
  double Contradiction(int column, Axis along, double down, double up) const;
  double LowLines(int column, Axis along, double down) const;
  float VerticalSupport(int column, double down) const;
  std::vector<double> SumLikelihood(const cv::Mat& likelihood) const;
  std::vector<float> PayoffsWith(const cv::Mat& likelihood) const;
  void ShowVisibleFeet(std::vector<int>& path) const;
  std::vector<BoundaryRun> ToRuns(const std::vector<int>& path) const;

  const LayoutEvidence& evidence_;
  Box box_;
  FloorPanorama view_;
  /// Wall planes the boundary may run along; the last one hides all floor.
  std::vector<BoundaryRun> candidates_;
  cv::Mat map_;                  ///< CV_32FC2, picture position of every cell
  std::vector<float> cell_;      ///< part of the picture's area a cell covers
  std::vector<double> exit_;     ///< where a column leaves the picture
  std::vector<float> vertical_;  ///< running sum of vertical line support
  /// Running sums, from the top, of clear lines along each axis, in parts of
  /// the picture's area.
  std::array<std::vector<float>, 3> lines_;
  // By column and candidate: worth without colour, angle of the foot, line
  // support at the foot and of a vertical that ends there.
  std::vector<float> payoff_, down_, support_, upright_;
};

}  // namespace stage::engine
