#include "engine/views/compare_views.h"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/calib3d.hpp>
#include <set>
#include <utility>
#include <vector>

#include "engine/scene/analyze_scene.h"
#include "engine/views/view_features.h"

namespace stage::engine {
namespace {

// Of unrelated rooms at most 11 points agree by chance.
constexpr int kLeastConsistent = 16;
constexpr double kLeastShare = 0.5;  // of the points that look alike
constexpr int kCells = 16;           // along the long edge
constexpr int kLeastCells = 6;
constexpr double kFrame = 0.15;  // of a window's sides: reveals, curtains
constexpr double kOffLinePx = 1.5, kSure = 0.999;  // at 1024 px
constexpr int kTrials = 10000;
constexpr double kCoincide = 0.01;                 // radians
constexpr double kMostTurn = 90, kTurnStep = 0.5;  // degrees

double LongEdge(const ImageU8& srgb) {
  return std::max(srgb.width(), srgb.height());
}

/// Everything but what is seen through windows.
cv::Mat Indoors(const RoomView& view) {
  cv::Mat mask(view.srgb.height(), view.srgb.width(), CV_8U, cv::Scalar(255));
  const double scale = static_cast<double>(view.srgb.width()) /
                       std::max(1, view.scene.camera.width_px);
  for (const Opening& opening : view.scene.room.openings) {
    if (opening.kind != OpeningKind::kWindow) continue;
    const auto box = OpeningBoxPx(view.scene, opening);
    if (!box) continue;
    const Eigen::Vector4d at = scale * *box;
    const cv::Rect grown(static_cast<int>(at[0] - kFrame * at[2]),
                         static_cast<int>(at[1] - kFrame * at[3]),
                         static_cast<int>((1 + 2 * kFrame) * at[2]),
                         static_cast<int>((1 + 2 * kFrame) * at[3]));
    mask(grown & cv::Rect({0, 0}, mask.size())) = 0;
  }
  return mask;
}

/// How much of the photo points are spread over.
int CellsOf(const std::vector<cv::Point2f>& points, double long_edge) {
  std::set<std::pair<int, int>> cells;
  for (const cv::Point2f& point : points) {
    cells.emplace(static_cast<int>(kCells * point.x / long_edge),
                  static_cast<int>(kCells * point.y / long_edge));
  }
  return static_cast<int>(cells.size());
}

/// The pairs that one move of a camera explains.
std::vector<PointPair> Consistent(const std::vector<PointPair>& pairs,
                                  const RoomView& first,
                                  const RoomView& second) {
  constexpr size_t kLeastToFit = 8;
  if (pairs.size() < kLeastToFit) return {};
  std::vector<cv::Point2f> a, b;
  const auto unit = [](const RoomView& view) {
    return static_cast<float>(1024 / LongEdge(view.srgb));
  };
  for (const PointPair& pair : pairs) {
    a.push_back(pair.first * unit(first));
    b.push_back(pair.second * unit(second));
  }
  std::vector<uchar> inlier;
  cv::setRNGSeed(0);
  cv::findFundamentalMat(
      a, b, cv::USAC_MAGSAC, kOffLinePx, kSure, kTrials, inlier);
  std::vector<PointPair> kept;
  for (size_t i = 0; i < inlier.size(); ++i) {
    if (inlier[i] != 0) kept.push_back(pairs[i]);
  }
  return kept;
}

/// Viewing directions, upright, as if the camera looked to the north.
std::vector<Eigen::Vector3d> Directions(
    const RoomView& view, const std::vector<cv::Point2f>& points) {
  Camera camera =
      view.scene.camera.Resized(view.srgb.width(), view.srgb.height());
  const Eigen::Vector3d angles = camera.PitchRollYawDegrees();
  camera.world_to_camera = WorldToCamera(angles[0], angles[1], 0);
  std::vector<Eigen::Vector3d> directions;
  for (const cv::Point2f& point : points) {
    directions.push_back(camera.Ray({point.x, point.y}));
  }
  return directions;
}

/// How badly a turn by `degrees` and any move explain what both cameras see:
/// for the right one all planes through both rays share the line of the move.
double Strain(const std::vector<Eigen::Vector3d>& first,
              const std::vector<Eigen::Vector3d>& second,
              double degrees) {
  const Eigen::AngleAxisd turn(degrees * std::numbers::pi / 180,
                               Eigen::Vector3d::UnitY());
  Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
  for (size_t i = 0; i < first.size(); ++i) {
    const Eigen::Vector3d normal = (turn * first[i]).cross(second[i]);
    // Rays that nearly coincide tell no plane.
    sum += normal * normal.transpose() /
           (normal.squaredNorm() + kCoincide * kCoincide);
  }
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(sum,
                                                        Eigen::EigenvaluesOnly)
      .eigenvalues()[0];
}

/// How far the second camera is turned to the right of the first; nullopt
/// where the cameras are not known.
std::optional<double> TurnBetween(const std::vector<cv::Point2f>& a,
                                  const std::vector<cv::Point2f>& b,
                                  const RoomView& first,
                                  const RoomView& second) {
  if (first.scene.camera.focal_px <= 0 || second.scene.camera.focal_px <= 0) {
    return std::nullopt;
  }
  const auto from = Directions(first, a), to = Directions(second, b);
  double best = 0, least = std::numeric_limits<double>::infinity();
  for (double degrees = -kMostTurn; degrees <= kMostTurn;
       degrees += kTurnStep) {
    const double strain = Strain(from, to, degrees);
    if (strain >= least) continue;
    least = strain;
    best = degrees;
  }
  return best;
}

std::string Reason(const ViewComparison& found, int cells) {
  const std::string points = std::to_string(found.consistent);
  if (found.matches < kLeastConsistent) {
    return "the photos show no common part of a room: " +
           std::to_string(found.matches) + " points look alike, " +
           std::to_string(kLeastConsistent) + " are needed";
  }
  if (found.consistent < kLeastConsistent ||
      found.consistent < kLeastShare * found.matches) {
    return "the photos do not fit together: of " +
           std::to_string(found.matches) + " points that look alike " + points +
           " lie as one room's would";
  }
  if (cells < kLeastCells) {
    return "too little is seen in both photos: the " + points +
           " common points lie close together";
  }
  return "";
}

}  // namespace

ViewComparison CompareViews(const RoomView& first, const RoomView& second) {
  ViewComparison found;
  if (first.scene.outdoors != second.scene.outdoors) {
    const RoomView& outside = first.scene.outdoors ? first : second;
    found.hard_rejected = true;
    found.rejection_reason =
        outside.name + " is taken outdoors, the other photo in a room";
    return found;
  }
  const std::vector<PointPair> pairs =
      MatchFeatures(FindFeatures(first.srgb, Indoors(first)),
                    FindFeatures(second.srgb, Indoors(second)));
  const std::vector<PointPair> kept = Consistent(pairs, first, second);
  found.matches = static_cast<int>(pairs.size());
  found.consistent = static_cast<int>(kept.size());
  std::vector<cv::Point2f> a, b;
  for (const PointPair& pair : kept) {
    a.push_back(pair.first);
    b.push_back(pair.second);
  }
  found.rejection_reason = Reason(found,
                                  std::min(CellsOf(a, LongEdge(first.srgb)),
                                           CellsOf(b, LongEdge(second.srgb))));
  found.compatible = found.rejection_reason.empty();
  if (found.compatible) found.turn_degrees = TurnBetween(a, b, first, second);
  return found;
}

}  // namespace stage::engine
