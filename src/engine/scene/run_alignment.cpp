#include "engine/scene/run_alignment.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace stage::engine {
namespace {

constexpr double kDegree = FloorPanorama::kDegree;
constexpr double kWeak = 0.4;  ///< line support
constexpr double kNarrowest = 8 * kDegree;
constexpr double kColumn = 0.7 * kDegree;
constexpr double kRow = 0.25 * kDegree;
constexpr double kHighest = 2 * kDegree;  ///< below the horizon
constexpr double kLowest = 60 * kDegree;
constexpr int kRows = static_cast<int>((kLowest - kHighest) / kRow);

/// The floor's likelihood in the directions of one run, summed up along each
/// column from the lowest row.
class ColorColumns {
 public:
  ColorColumns(const FloorPanorama& view,
               const cv::Mat& likelihood,
               const BoundaryRun& run)
      : from_(run.from),
        count_(static_cast<int>((run.to - run.from) / kColumn)) {
    const Camera& camera = view.camera();
    const double shrink =
        static_cast<double>(likelihood.cols) / camera.width_px;
    below_.assign(static_cast<size_t>(count_) * kRows, 0.f);
    for (int c = 0; c < count_; ++c) {
      float sum = 0;
      for (int r = kRows - 1; r >= 0; --r) {
        Eigen::Vector2d p;
        float value = 0;
        if (view.Ideal(view.Direction(Azimuth(c), kHighest + r * kRow), p)) {
          p = camera.Distort(p) * shrink;
          const cv::Point cell(static_cast<int>(std::floor(p.x())),
                               static_cast<int>(std::floor(p.y())));
          if (cell.inside({0, 0, likelihood.cols, likelihood.rows})) {
            value = likelihood.at<float>(cell);
            ++seen_;
          }
        }
        sum += value;
        below_[At(c, r)] = sum;
      }
    }
  }

  int count() const { return count_; }
  bool is_seen() const { return seen_ > count_ * 8; }
  double Azimuth(int column) const { return from_ + (column + 0.5) * kColumn; }

  /// Mean over the columns of the floor's likelihood in front of a wall, in
  /// rows.
  double Worth(const BoundaryRun& wall) const {
    double worth = 0;
    for (int c = 0; c < count_; ++c) worth += below_[At(c, Foot(wall, c))];
    return worth / count_;
  }

  /// Part of the columns in which a wall's foot is where the colour changes.
  double EdgeShare(const BoundaryRun& wall) const {
    constexpr int kReach = 8;
    constexpr float kClear = 0.3f;
    int edges = 0;
    for (int c = 0; c < count_; ++c) {
      const int foot = Foot(wall, c);
      edges += Mean(c, foot - kReach, foot) < -kClear &&
               Mean(c, foot, foot + kReach) > kClear;
    }
    return static_cast<double>(edges) / count_;
  }

 private:
  size_t At(int column, int row) const {
    return static_cast<size_t>(column) * kRows + row;
  }
  /// Mean likelihood from one row down to another.
  float Mean(int column, int top, int bottom) const {
    top = std::clamp(top, 0, kRows - 1);
    bottom = std::clamp(bottom, 0, kRows - 1);
    if (top >= bottom) return 0;
    return (below_[At(column, top)] - below_[At(column, bottom)]) /
           static_cast<float>(bottom - top);
  }
  int Foot(const BoundaryRun& wall, int column) const {
    const double down = std::atan(1 / wall.Distance(Azimuth(column)));
    return std::clamp(static_cast<int>((down - kHighest) / kRow), 0, kRows - 1);
  }

  double from_;
  int count_ = 0, seen_ = 0;
  std::vector<float> below_;
};

/// The wall through two floor points, keeping the name of the axis it nearly
/// runs along; nullopt when it would be turned too far.
std::optional<BoundaryRun> WallThrough(const BoundaryRun& run,
                                       const Eigen::Vector2d& a,
                                       const Eigen::Vector2d& b) {
  constexpr double kSquare = 1.5 * kDegree, kMostTurned = 12 * kDegree;
  const Eigen::Vector2d d = (b - a).normalized();
  Eigen::Vector2d normal(d.y(), -d.x());
  if (normal.dot(run.Normal()) < 0) normal = -normal;
  const double turned = std::acos(std::min(1.0, normal.dot(run.Normal())));
  if (turned > kMostTurned) return std::nullopt;
  BoundaryRun wall = run;
  if (turned < kSquare) normal = run.Normal();
  if (turned >= kSquare) wall.along = Axis::kOblique;
  wall.oblique_normal = normal;
  wall.plane = normal.dot(0.5 * (a + b));
  return wall;
}

Eigen::Vector2d At(double azimuth, double distance) {
  return {distance * std::sin(azimuth), -distance * std::cos(azimuth)};
}

/// True when the wall has been moved.
bool Align(const ColorColumns& colors, BoundaryRun& run) {
  constexpr double kLeastGain = 1.0;    // rows
  constexpr double kTurnCost = 0.7;     // rows
  constexpr double kEdge = 0.5;         // of the columns
  constexpr double kEdgeSupport = 0.6;  // worth of a full edge
  constexpr int kSteps = 8;
  constexpr double kStep = 0.03;
  const double from = colors.Azimuth(0),
               to = colors.Azimuth(colors.count() - 1);
  const double near_from = run.Distance(from), near_to = run.Distance(to);
  if (!std::isfinite(near_from) || !std::isfinite(near_to)) return false;
  double best = colors.Worth(run) + kLeastGain;
  std::optional<BoundaryRun> aligned;
  for (int i = -kSteps; i <= kSteps; ++i) {
    for (int j = -kSteps; j <= kSteps; ++j) {
      const auto wall = WallThrough(run,
                                    At(from, near_from * std::exp(i * kStep)),
                                    At(to, near_to * std::exp(j * kStep)));
      if (!wall) continue;
      const double worth =
          colors.Worth(*wall) - (wall->along == run.along ? 0 : kTurnCost);
      if (worth <= best) continue;
      best = worth;
      aligned = wall;
    }
  }
  const double edge = colors.EdgeShare(aligned.value_or(run));
  if (aligned && edge < kEdge) return false;
  if (aligned) run = *aligned;
  run.support = std::max(run.support, kEdgeSupport * edge);
  return aligned.has_value();
}

}  // namespace

void AlignWeakRuns(const FloorPanorama& view,
                   const cv::Mat& likelihood,
                   std::vector<BoundaryRun>& runs) {
  constexpr double kCornerReach = 10 * kDegree;
  for (size_t i = 0; i < runs.size(); ++i) {
    BoundaryRun& run = runs[i];
    if (run.along == Axis::kNone || run.support > kWeak ||
        run.to - run.from < kNarrowest) {
      continue;
    }
    const ColorColumns colors(view, likelihood, run);
    if (!colors.is_seen() || !Align(colors, run)) continue;
    if (i > 0) JoinPair(runs[i - 1], run, kCornerReach);
    if (i + 1 < runs.size()) JoinPair(run, runs[i + 1], kCornerReach);
  }
}

}  // namespace stage::engine
