#include "engine/scene/ceiling_fit.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace stage::engine {
namespace {

constexpr double kFarthest = 20;  // camera heights

/// Looks along the top edges of all walls, at any height of the ceiling.
class WallTops {
 public:
  WallTops(const LayoutEvidence& evidence,
           const cv::Mat& half_lab,
           const std::vector<BoundaryRun>& runs)
      : evidence_(evidence), lab_(half_lab), runs_(runs) {}

  /// How well an edge shows, and how much of it is in the picture.
  struct Found {
    double support = 0;  ///< 0..1
    int seen = 0;
  };

  Found At(double height) const {
    Found all;
    for (const BoundaryRun& run : runs_) {
      if (run.along == Axis::kNone) continue;
      const Found one = AtRun(run, height);
      all.support += one.support * one.seen;
      all.seen += one.seen;
    }
    if (all.seen > 0) all.support /= all.seen;
    return all;
  }

 private:
  /// Piece by piece, for a ceiling runs along all of a wall and the top of a
  /// door or window along a part of it: what is clear counts no more than what
  /// just shows.
  Found AtRun(const BoundaryRun& run, double height) const {
    constexpr double kPiece = 0.1;  // radians
    constexpr double kShows = 0.35;
    Found found;
    for (double from = run.from; from < run.to; from += kPiece) {
      const Found piece =
          AtPiece(run, from, std::min(from + kPiece, run.to), height);
      found.support += piece.seen * std::min(1.0, piece.support / kShows);
      found.seen += piece.seen;
    }
    if (found.seen > 0) found.support /= found.seen;
    return found;
  }

  /// Lines where there are some; else a step of colour, however faint, that is
  /// the same all along.
  Found AtPiece(const BoundaryRun& run,
                double from,
                double to,
                double height) const {
    constexpr double kStep = 0.012;  // radians
    constexpr double kClear = 1.5;   // Lab
    constexpr double kStepWorth = 0.9;
    Found found;
    double lines = 0, lengths = 0;
    cv::Vec3d sum(0, 0, 0);
    int compared = 0;
    for (double azimuth = from; azimuth < to; azimuth += kStep) {
      const auto ideal = Ideal(run, azimuth, height);
      if (!ideal) continue;
      ++found.seen;
      lines += evidence_.SupportAt(run.along, *ideal);
      const auto step = StepAcross(run, azimuth, height, *ideal);
      if (!step) continue;
      sum += *step;
      lengths += cv::norm(*step);
      ++compared;
    }
    if (found.seen == 0) return found;
    found.support = lines / found.seen;
    if (compared > 4 && lengths > 0) {
      const double consistency = cv::norm(sum) / lengths;
      const double mean = cv::norm(sum) / compared;
      const double step = consistency * consistency * mean / (mean + kClear);
      found.support = std::max(found.support, kStepWorth * step);
    }
    return found;
  }

  /// Undistorted pixel of a wall's top, when it is in the picture.
  std::optional<Eigen::Vector2d> Ideal(const BoundaryRun& run,
                                       double azimuth,
                                       double height) const {
    const Camera& camera = evidence_.camera();
    const double distance = run.Distance(azimuth);
    if (!(distance < kFarthest)) return std::nullopt;
    const Eigen::Vector3d c =
        camera.world_to_camera * Eigen::Vector3d(distance * std::sin(azimuth),
                                                 height - 1,
                                                 -distance * std::cos(azimuth));
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

  /// Colour above less colour below, without what an even ramp would give.
  std::optional<cv::Vec3d> StepAcross(const BoundaryRun& run,
                                      double azimuth,
                                      double height,
                                      const Eigen::Vector2d& ideal) const {
    constexpr double kReachPx = 2.2;
    constexpr double kAlong = 0.004;  // radians
    const auto next = Ideal(run, azimuth + kAlong, height);
    if (!next) return std::nullopt;
    const Eigen::Vector2d along = (*next - ideal).normalized();
    const Eigen::Vector2d up(along.y(), -along.x());
    cv::Vec3d color[4];
    for (int i = 0; i < 4; ++i) {
      const Eigen::Vector2d p =
          evidence_.camera().Distort(ideal + up * ((2 * i - 3) * kReachPx)) / 2;
      const cv::Point cell(static_cast<int>(p.x()), static_cast<int>(p.y()));
      if (!cell.inside({0, 0, lab_.cols, lab_.rows})) return std::nullopt;
      color[i] = lab_.at<cv::Vec3f>(cell);
    }
    return 1.5 * (color[2] - color[1]) - 0.5 * (color[3] - color[0]);
  }

  const LayoutEvidence& evidence_;
  const cv::Mat& lab_;
  const std::vector<BoundaryRun>& runs_;
};

}  // namespace

CeilingFit FitCeiling(const LayoutEvidence& evidence,
                      const cv::Mat& half_lab,
                      const std::vector<BoundaryRun>& runs,
                      double start) {
  constexpr int kFewest = 12;
  constexpr double kGain = 0.04;
  const auto usual = [](double height) {
    const double q = std::log(height / 1.85) / 0.25;
    return 0.12 * q * q;
  };
  const WallTops tops(evidence, half_lab, runs);
  CeilingFit best{start, 0};
  const WallTops::Found first = tops.At(start);
  if (first.seen >= kFewest) best.support = first.support;
  // Another height must be clearly better than the box's own.
  double best_score = best.support - usual(start) + kGain;
  for (double height = 1.3; height < 3.2; height *= 1.006) {
    const WallTops::Found found = tops.At(height);
    if (found.seen < kFewest) continue;
    const double near_start = std::abs(std::log(height / start)) < 0.03;
    const double score =
        found.support - usual(height) + (near_start ? kGain : 0);
    if (score <= best_score) continue;
    best_score = score;
    best = {height, found.support};
  }
  return best;
}

}  // namespace stage::engine
