#include "engine/views/compare_views.h"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <algorithm>
#include <array>
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
constexpr double kSureOfRoom = 0.75;
constexpr double kLeastShare = 0.5;  // of the points that look alike
// Of triangles between neighbours, in long edges.
constexpr size_t kNearest = 6;
constexpr double kLeastSide = 0.04, kLeastArea = 4e-4;
constexpr double kMirrored = 0.4;  // of them; few in photos as they were taken
constexpr int kCells = 16;         // along the long edge
constexpr int kLeastCells = 6;
constexpr double kFrame = 0.15;  // of a window's sides: reveals, curtains
constexpr double kOffLinePx = 1.5, kSure = 0.999;  // at 1024 px
constexpr int kTrials = 10000;
constexpr double kCoincide = 0.01;  // radians
constexpr double kTurnStep = 0.5;   // degrees
constexpr int kMostTurnSteps = 180;

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

/// Twice the area of a triangle; its sign says which way round it is.
double Area(const std::vector<cv::Point2f>& points,
            const std::array<size_t, 3>& corner) {
  const cv::Point2f& from = points[corner[0]];
  return (points[corner[1]] - from).cross(points[corner[2]] - from);
}

/// The points nearest to one that lie apart, from it and from each other, in
/// both photos: what is symmetric looks the same in a mirror.
std::vector<size_t> NearestApart(const std::vector<cv::Point2f>& a,
                                 const std::vector<cv::Point2f>& b,
                                 size_t from) {
  std::vector<std::pair<double, size_t>> order;
  for (size_t i = 0; i < a.size(); ++i) {
    order.emplace_back(cv::norm(a[i] - a[from]), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<size_t> kept = {from};
  for (const auto& [distance, i] : order) {
    const bool is_apart = std::all_of(kept.begin(), kept.end(), [&](size_t k) {
      return std::min(cv::norm(a[i] - a[k]), cv::norm(b[i] - b[k])) >
             kLeastSide;
    });
    if (is_apart) kept.push_back(i);
    if (kept.size() > kNearest) break;
  }
  kept.erase(kept.begin());
  return kept;
}

/// How much of what lies near each other is turned inside out in the second
/// photo, as in a mirror, which epipolar lines do not tell: a share of the
/// triangles of each point with its nearest; 0 where there are few.
/// @param a, b  the same points in either photo, in units of its long edge
double TurnedInsideOut(const std::vector<cv::Point2f>& a,
                       const std::vector<cv::Point2f>& b) {
  int inside_out = 0, all = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const std::vector<size_t> near = NearestApart(a, b, i);
    for (size_t j = 0; j < near.size(); ++j) {
      for (size_t k = j + 1; k < near.size(); ++k) {
        const double there = Area(a, {i, near[j], near[k]});
        const double here = Area(b, {i, near[j], near[k]});
        if (std::min(std::abs(there), std::abs(here)) < kLeastArea) continue;
        ++all;
        inside_out += (there > 0) != (here > 0) ? 1 : 0;
      }
    }
  }
  return all < kLeastConsistent ? 0 : static_cast<double>(inside_out) / all;
}

/// Points in units of the photo's long edge.
std::vector<cv::Point2f> InLongEdges(std::vector<cv::Point2f> points,
                                     const RoomView& view) {
  for (cv::Point2f& point : points) {
    point *= static_cast<float>(1 / LongEdge(view.srgb));
  }
  return points;
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
  for (int step = -kMostTurnSteps; step <= kMostTurnSteps; ++step) {
    const double degrees = kTurnStep * step;
    const double strain = Strain(from, to, degrees);
    if (strain >= least) continue;
    least = strain;
    best = degrees;
  }
  return best;
}

/// Why a photo fits no other; empty when it may.
std::string WhyNever(const RoomView& view, size_t features) {
  if (view.scene.outdoors) return view.name + " is taken outdoors: no room";
  if (!view.no_room.empty()) {
    return view.name + " shows no room but a " + view.no_room;
  }
  if (features < kLeastConsistent) {
    return view.name + " shows nothing that could be recognised in another " +
           "photo";
  }
  return "";
}

/// Whether both are surely known, and one is of a kind that has its own walls:
/// living rooms, kitchens and others may be parts of one.
bool AreOtherRooms(const Scene& first, const Scene& second) {
  const auto is_sure = [](const Scene& scene) {
    return !scene.room_type.empty() &&
           scene.room_type_probability >= kSureOfRoom;
  };
  const auto is_apart = [](const Scene& scene) {
    return scene.room_type == "bathroom" || scene.room_type == "outdoor";
  };
  return is_sure(first) && is_sure(second) &&
         first.room_type != second.room_type &&
         (is_apart(first) || is_apart(second));
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
  const ViewFeatures a_features = FindFeatures(first.srgb, Indoors(first));
  const ViewFeatures b_features = FindFeatures(second.srgb, Indoors(second));
  for (const auto& [view, features] :
       {std::pair{&first, &a_features}, std::pair{&second, &b_features}}) {
    found.rejection_reason = WhyNever(*view, features->points.size());
    found.hard_rejected = !found.rejection_reason.empty();
    if (found.hard_rejected) return found;
  }
  const std::vector<PointPair> pairs = MatchFeatures(a_features, b_features);
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
  if (found.rejection_reason.empty() &&
      TurnedInsideOut(InLongEdges(a, first), InLongEdges(b, second)) >
          kMirrored) {
    found.hard_rejected = true;
    found.rejection_reason = second.name + " shows the room of " + first.name +
                             " as in a mirror: one of them was flipped";
  }
  found.compatible = found.rejection_reason.empty();
  if (!found.compatible && AreOtherRooms(first.scene, second.scene)) {
    found.hard_rejected = true;
    found.rejection_reason = first.name + " shows a room of the kind '" +
                             first.scene.room_type + "', " + second.name +
                             " of the kind '" + second.scene.room_type +
                             "', and they have nothing in common";
  }
  if (found.compatible) found.turn_degrees = TurnBetween(a, b, first, second);
  return found;
}

}  // namespace stage::engine
