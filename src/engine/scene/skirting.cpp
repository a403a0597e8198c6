#include "engine/scene/skirting.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

// Heights on the wall, in camera heights.
constexpr double kLowest = 0.03;
constexpr double kHighest = 0.13;
constexpr double kHeightStep = 0.0025;
constexpr int kColumns = 48;
constexpr double kLikeFloor = 0.5;  ///< of the floor's likelihood
constexpr double kIsFloor = 0.5;    ///< likelihood that no board has

/// Looks along one wall's foot at evenly spread directions.
class WallFoot {
 public:
  WallFoot(const LayoutEvidence& evidence,
           const cv::Mat& lab,
           const cv::Mat& likelihood,
           const BoundaryRun& run)
      : evidence_(evidence), lab_(lab), likelihood_(likelihood), run_(run) {}

  /// Undistorted pixel of the floor point in front of the wall, at `part` of
  /// the way from the camera, when it is in the picture.
  std::optional<Eigen::Vector2d> At(int column, double part) const {
    const Camera& camera = evidence_.camera();
    const double azimuth =
        run_.from + (run_.to - run_.from) * (column + 0.5) / kColumns;
    const double distance = run_.Distance(azimuth) * part;
    if (!std::isfinite(distance)) return std::nullopt;
    const Eigen::Vector3d c =
        camera.world_to_camera * Eigen::Vector3d(distance * std::sin(azimuth),
                                                 -1,
                                                 -distance * std::cos(azimuth));
    if (c.z() < 0.02) return std::nullopt;
    const Eigen::Vector2d ideal =
        camera.center_px + c.head<2>() * (camera.focal_px / c.z());
    const Eigen::Vector2d pixel = camera.Distort(ideal);
    if (pixel.x() < 0 || pixel.y() < 0 || pixel.x() >= camera.width_px ||
        pixel.y() >= camera.height_px) {
      return std::nullopt;
    }
    return ideal;
  }

  /// Mean line support at a part of the way to the wall.
  double Support(double part) const {
    double sum = 0;
    int seen = 0;
    for (int i = 0; i < kColumns; ++i) {
      const auto ideal = At(i, part);
      if (!ideal) continue;
      sum += evidence_.SupportAt(run_.along, *ideal);
      ++seen;
    }
    return seen < kColumns / 6 ? 0 : sum / seen;
  }

  /// Mean likelihood of floor at a part of the way to the wall.
  double Likelihood(double part) const {
    double sum = 0;
    int seen = 0;
    for (int i = 0; i < kColumns; ++i) {
      const auto cell = CellAt(i, part);
      if (!cell) continue;
      sum += likelihood_.at<float>(*cell);
      ++seen;
    }
    return seen > 0 ? sum / seen : 0;
  }

  struct Difference {
    double mean = 0;         ///< length of the mean colour difference, Lab
    double consistency = 0;  ///< 0..1: how alike the differences are
    bool is_shade = false;   ///< the first is the other in less light
  };
  Difference Compare(double part, double other) const {
    cv::Vec3d sum(0, 0, 0), color(0, 0, 0);
    double lengths = 0;
    int seen = 0;
    for (int i = 0; i < kColumns; ++i) {
      const auto a = Color(i, part), b = Color(i, other);
      if (!a || !b) continue;
      const cv::Vec3d d = *a - *b;
      sum += d;
      color += *b;
      lengths += cv::norm(d);
      ++seen;
    }
    if (seen < kColumns / 6 || lengths <= 0) return {};
    return {cv::norm(sum) / seen,
            cv::norm(sum) / lengths,
            IsShade(color * (1.0 / seen), (color + sum) * (1.0 / seen))};
  }

 private:
  static bool IsShade(const cv::Vec3d& lit, const cv::Vec3d& dark) {
    constexpr double kDarker = 0.93, kSameHue = 6;  // Lab
    return dark[0] < kDarker * std::max(lit[0], 5.0) &&
           HueDifference(dark, lit) < kSameHue;
  }
  std::optional<cv::Point> CellAt(int column, double part) const {
    const auto ideal = At(column, part);
    if (!ideal) return std::nullopt;
    const Eigen::Vector2d p = evidence_.camera().Distort(*ideal) * 0.5;
    const cv::Point cell(static_cast<int>(p.x()), static_cast<int>(p.y()));
    if (!cell.inside({0, 0, lab_.cols, lab_.rows})) return std::nullopt;
    return cell;
  }
  std::optional<cv::Vec3f> Color(int column, double part) const {
    const auto cell = CellAt(column, part);
    if (!cell) return std::nullopt;
    return lab_.at<cv::Vec3f>(*cell);
  }

  const LayoutEvidence& evidence_;
  const cv::Mat& lab_;
  const cv::Mat& likelihood_;
  const BoundaryRun& run_;
};

/// Height of the skirting whose upper edge the run follows; 0: none found.
double SkirtingBelow(const WallFoot& foot, double support) {
  double best_height = 0;
  double best = std::max(0.4, 0.6 * support);
  for (double height = kLowest; height <= kHighest; height += kHeightStep) {
    const double found = foot.Support(1 - height);
    if (found <= best) continue;
    best = found;
    best_height = height;
  }
  if (best_height == 0) return 0;
  const double board = 1 - 0.5 * best_height, floor = 1 - 1.6 * best_height;
  const auto difference = foot.Compare(board, floor);
  // The shade at a wall's foot is darker floor, not a board.
  const bool is_board =
      difference.mean > 3 && difference.consistency > 0.75 &&
      !difference.is_shade &&
      foot.Likelihood(board) <
          std::min(kIsFloor, kLikeFloor * foot.Likelihood(floor));
  return is_board ? best_height : 0;
}

}  // namespace

void DropBelowSkirting(const LayoutEvidence& evidence,
                       const cv::Mat& lab,
                       const cv::Mat& likelihood,
                       std::vector<BoundaryRun>& runs) {
  constexpr double kTooShort = 0.035;  // radians
  for (BoundaryRun& run : runs) {
    if (run.along == Axis::kNone || run.to - run.from < kTooShort) continue;
    const WallFoot foot(evidence, lab, likelihood, run);
    const double height = SkirtingBelow(foot, run.support);
    run.plane *= 1 - height;
  }
  JoinRuns(runs);
}

}  // namespace stage::engine
