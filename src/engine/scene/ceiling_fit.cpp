#include "engine/scene/ceiling_fit.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/scene/edge_probe.h"

namespace stage::engine {
namespace {

constexpr double kFarthest = 20;  // camera heights
constexpr double kLowest = 1.3, kHighest = 3.2;

/// Undistorted pixel of a point above the floor, when it is in the picture.
std::optional<Eigen::Vector2d> Ideal(const Camera& camera,
                                     const Eigen::Vector2d& foot,
                                     double height) {
  const Eigen::Vector3d c =
      camera.world_to_camera * Eigen::Vector3d(foot.x(), height - 1, foot.y());
  if (c.z() < 0.05) return std::nullopt;
  const Eigen::Vector2d ideal =
      camera.center_px + c.head<2>() * (camera.focal_px / c.z());
  const Eigen::Vector2d pixel = camera.Distort(ideal);
  if (pixel.minCoeff() < 2 || pixel.x() > camera.width_px - 2 ||
      pixel.y() > camera.height_px - 2) {
    return std::nullopt;
  }
  return ideal;
}

/// An upright line on a wall that ends above the camera: a jamb, the side of a
/// window. The corners of the room are none.
struct Upright {
  double azimuth = 0;
  double top = 0;  ///< camera heights
};

/// Where and how high on the wall `run` a pixel lies.
Upright OnWall(const Camera& camera,
               const BoundaryRun& run,
               const Eigen::Vector2d& pixel) {
  const Eigen::Vector3d ray = camera.Ray(pixel);
  const double azimuth = std::atan2(ray.x(), -ray.z());
  const double distance = run.Distance(azimuth);
  return {azimuth, 1 + ray.y() * distance / std::hypot(ray.x(), ray.z())};
}

std::vector<Upright> UprightsOn(const LayoutEvidence& evidence,
                                const BoundaryRun& run) {
  constexpr double kShortest = 0.25;  // camera heights
  constexpr double kCorner = 0.03;    // radians
  std::vector<Upright> uprights;
  for (size_t i = 0; i < evidence.segments().size(); ++i) {
    if (evidence.axes()[i] != Axis::kY) continue;
    const LineSegment& segment = evidence.segments()[i];
    Upright top = OnWall(evidence.camera(), run, segment.start);
    Upright bottom = OnWall(evidence.camera(), run, segment.end);
    if (top.top < bottom.top) std::swap(top, bottom);
    if (top.azimuth > run.from + kCorner && top.azimuth < run.to - kCorner &&
        top.top > kLowest && top.top - bottom.top > kShortest) {
      uprights.push_back(top);
    }
  }
  std::sort(
      uprights.begin(), uprights.end(), [](const Upright& a, const Upright& b) {
        return a.azimuth < b.azimuth;
      });
  return uprights;
}

/// Looks along the top edges of all walls, at any height of the ceiling.
class WallTops {
 public:
  WallTops(const LayoutEvidence& evidence,
           const cv::Mat& half_lab,
           const std::vector<BoundaryRun>& runs)
      : camera_(evidence.camera()), probe_(evidence, half_lab) {
    for (const BoundaryRun& run : runs) {
      if (run.along == Axis::kNone) continue;
      walls_.push_back({run, UprightsOn(evidence, run)});
    }
  }

  /// How well an edge shows, and how much of it is in the picture.
  struct Found {
    double support = 0;  ///< 0..1
    int seen = 0;
  };

  Found At(double height) const {
    Found all;
    for (const WallAbove& wall : walls_) {
      const Found one = AtWall(wall, height);
      all.support += one.support * one.seen;
      all.seen += one.seen;
    }
    if (all.seen > 0) all.support /= all.seen;
    return all;
  }

 private:
  struct WallAbove {
    BoundaryRun run;
    std::vector<Upright> uprights;
  };

  /// An edge that stops at an upright which ends there is the top of a door or
  /// a window: what lies on its side, as far as the next such upright, is left
  /// out.
  Found AtWall(const WallAbove& wall, double height) const {
    constexpr double kSame = 0.035;   // relative
    constexpr double kBeside = 0.08;  // radians
    constexpr double kShows = 0.6, kStops = 0.3;
    std::vector<double> ends{wall.run.from};
    for (const Upright& upright : wall.uprights) {
      if (std::abs(std::log(upright.top / height)) < kSame &&
          upright.azimuth - ends.back() > kBeside / 2) {
        ends.push_back(upright.azimuth);
      }
    }
    ends.push_back(wall.run.to);
    std::vector<bool> is_opening(ends.size() - 1, false);
    for (size_t i = 1; i + 1 < ends.size(); ++i) {
      const Found left = Between(wall.run, ends[i] - kBeside, ends[i], height);
      const Found right = Between(wall.run, ends[i], ends[i] + kBeside, height);
      if (left.seen == 0 || right.seen == 0) continue;
      if (left.support > kShows && right.support < kStops) {
        is_opening[i - 1] = true;
      }
      if (right.support > kShows && left.support < kStops) is_opening[i] = true;
    }
    Found found;
    for (size_t i = 0; i + 1 < ends.size(); ++i) {
      const Found part = Between(wall.run, ends[i], ends[i + 1], height);
      if (!is_opening[i]) found.support += part.seen * part.support;
      found.seen += part.seen;
    }
    if (found.seen > 0) found.support /= found.seen;
    return found;
  }

  /// Piece by piece, for a ceiling runs along all of a wall and the top of a
  /// door or window along a part of it: what is clear counts no more than what
  /// just shows.
  Found Between(const BoundaryRun& run,
                double from,
                double to,
                double height) const {
    constexpr double kPiece = 0.1;  // radians
    constexpr double kShows = 0.35;
    Found found;
    for (; from < to; from += kPiece) {
      const Found piece =
          AtPiece(run, from, std::min(from + kPiece, to), height);
      found.support += piece.seen * std::min(1.0, piece.support / kShows);
      found.seen += piece.seen;
    }
    if (found.seen > 0) found.support /= found.seen;
    return found;
  }

  Found AtPiece(const BoundaryRun& run,
                double from,
                double to,
                double height) const {
    constexpr double kStep = 0.012;  // radians
    points_.clear();
    for (double azimuth = from; azimuth < to; azimuth += kStep) {
      const double distance = run.Distance(azimuth);
      if (!(distance < kFarthest)) continue;
      const auto ideal =
          Ideal(camera_,
                {distance * std::sin(azimuth), -distance * std::cos(azimuth)},
                height);
      if (ideal) points_.push_back(*ideal);
    }
    return {probe_.Support(run.along, points_),
            static_cast<int>(points_.size())};
  }

  const Camera& camera_;
  EdgeProbe probe_;
  std::vector<WallAbove> walls_;
  mutable std::vector<Eigen::Vector2d> points_;  ///< of the last piece
};

/// Looks along the upright edges in which walls meet.
class WallCorners {
 public:
  WallCorners(const LayoutEvidence& evidence,
              const cv::Mat& half_lab,
              const std::vector<BoundaryRun>& runs)
      : camera_(evidence.camera()), probe_(evidence, half_lab) {
    for (size_t i = 0; i + 1 < runs.size(); ++i) {
      const BoundaryRun& left = runs[i];
      const BoundaryRun& right = runs[i + 1];
      if (left.along == Axis::kNone || right.along == Axis::kNone) continue;
      const double a = left.Distance(left.to), b = right.Distance(right.from);
      constexpr double kMeet = 0.03;
      if (!(std::abs(std::log(a / b)) < kMeet)) continue;  // else a jump
      feet_.push_back(a *
                      Eigen::Vector2d(std::sin(left.to), -std::cos(left.to)));
    }
  }

  /// How well the corners show between two heights, 0..1: their mean, as far
  /// as that is in the picture; nullopt when none of it is.
  std::optional<double> Between(double low, double high) const {
    double sum = 0;
    int seen = 0;
    for (const Eigen::Vector2d& foot : feet_) {
      const auto support = Between(foot, low, high);
      if (!support) continue;
      sum += *support;
      ++seen;
    }
    if (seen == 0) return std::nullopt;
    return sum / seen;
  }

  /// Height up to which at least one corner shows without a gap; 0: none.
  double Highest() const {
    constexpr double kShows = 0.3, kPiece = 0.2, kStep = 0.05;
    double highest = 0;
    for (const Eigen::Vector2d& foot : feet_) {
      for (double low = kLowest - kPiece; low < kHighest; low += kStep) {
        const auto support = Between(foot, low, low + kPiece);
        if (!support || *support < kShows) break;
        highest = std::max(highest, low + kPiece);
      }
    }
    return highest;
  }

 private:
  std::optional<double> Between(const Eigen::Vector2d& foot,
                                double low,
                                double high) const {
    constexpr int kPoints = 12;
    std::vector<Eigen::Vector2d> points;
    for (int i = 0; i < kPoints; ++i) {
      const double height = low + (high - low) * i / (kPoints - 1);
      if (const auto ideal = Ideal(camera_, foot, height)) {
        points.push_back(*ideal);
      }
    }
    if (points.size() < kPoints * 3 / 4) return std::nullopt;
    // The corner's place is known to a few pixels only.
    double best = 0;
    const Eigen::Vector2d along = points.back() - points.front();
    const Eigen::Vector2d across =
        Eigen::Vector2d(along.y(), -along.x()).normalized();
    for (const double aside : {0.0, -2.0, 2.0}) {
      std::vector<Eigen::Vector2d> moved = points;
      for (Eigen::Vector2d& p : moved) p += aside * across;
      best = std::max(best, probe_.Support(Axis::kY, moved));
    }
    return best;
  }

  const Camera& camera_;
  EdgeProbe probe_;
  std::vector<Eigen::Vector2d> feet_;  ///< (x, z)
};

/// What is unusual about a ceiling this high.
double Unusual(double height) {
  constexpr double kMiddle = 1.95, kUsual = 0.2, kSpread = 0.15;
  const double off = std::abs(std::log(height / kMiddle)) - kUsual;
  const double q = std::max(0.0, off) / kSpread;
  return 0.1 * q * q;
}

}  // namespace

CeilingFit FitCeiling(const LayoutEvidence& evidence,
                      const cv::Mat& half_lab,
                      const std::vector<BoundaryRun>& runs,
                      double start) {
  constexpr int kFewest = 12;
  constexpr double kGain = 0.04;
  constexpr double kEnough = 0.35;  // of all directions
  constexpr double kPast = 0.06, kPastReach = 0.3;
  constexpr double kRunsOnCost = 0.5;
  const WallTops tops(evidence, half_lab, runs);
  const WallCorners corners(evidence, half_lab, runs);
  const int most = std::max(1, tops.At(kLowest).seen);
  CeilingFit best{start, 0, corners.Highest()};
  double best_score = -1e9;
  for (double height = kLowest; height < kHighest; height *= 1.006) {
    const WallTops::Found found = tops.At(height);
    if (found.seen < kFewest) continue;
    // An edge of which little is in the picture must not win by chance, nor one
    // above which the walls go on.
    const double support =
        found.support *
            std::min(1.0, found.seen / (kEnough * static_cast<double>(most))) -
        kRunsOnCost *
            corners.Between(height + kPast, height + kPast + kPastReach)
                .value_or(0);
    const bool near_start = std::abs(std::log(height / start)) < 0.03;
    const double score = support - Unusual(height) + (near_start ? kGain : 0);
    if (score <= best_score) continue;
    best_score = score;
    best.height = height;
    best.support = std::max(0.0, support);
  }
  return best;
}

}  // namespace stage::engine
