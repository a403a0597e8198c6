#include "engine/scene/lintels.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr double kPast = 1.06;  ///< times as far is past a wall

bool IsPast(const BoundaryRun& run, const BoundaryRun& wall) {
  const double middle = 0.5 * (run.from + run.to);
  const double distance = wall.Distance(middle);
  return run.along != Axis::kNone && std::isfinite(distance) &&
         run.Distance(middle) > kPast * distance;
}

Eigen::Vector3d PointOn(const BoundaryRun& wall, double azimuth, double up) {
  const double away = wall.Distance(azimuth);
  return {away * std::sin(azimuth), up, -away * std::cos(azimuth)};
}

/// Is a line this high on a wall's plane the ceiling's edge of a farther wall
/// that runs the same way? Both planes' heights are seen from height 1.
bool IsFarCeiling(double up,
                  const BoundaryRun& wall,
                  const std::vector<BoundaryRun>& beyond,
                  double ceiling) {
  constexpr double kClose = 0.08;
  return std::any_of(beyond.begin(), beyond.end(), [&](const BoundaryRun& far) {
    const double seen = 1 + (ceiling - 1) * wall.plane / far.plane;
    return far.along == wall.along && std::abs(up - seen) < kClose;
  });
}

bool HasLintel(const LayoutEvidence& evidence,
               const BoundaryRun& wall,
               const std::vector<BoundaryRun>& beyond,
               double ceiling) {
  const double from = beyond.front().from, to = beyond.back().to;
  constexpr double kLowest = 1.2, kBelowCeiling = 0.12, kStep = 0.015;
  constexpr float kLeastSupport = 0.55f, kShortest = 0.04f;
  if (!std::isfinite(wall.Distance(from)) ||
      !std::isfinite(wall.Distance(to))) {
    return false;
  }
  for (double up = kLowest; up < ceiling - kBelowCeiling; up += kStep) {
    const auto edge = evidence.Edge(
        PointOn(wall, from, up), PointOn(wall, to, up), wall.along);
    if (edge.length > kShortest && edge.support > kLeastSupport &&
        !IsFarCeiling(up, wall, beyond, ceiling)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<BoundaryRun> CarryUnderLintels(const LayoutEvidence& evidence,
                                           double ceiling,
                                           std::vector<BoundaryRun> runs) {
  const int count = static_cast<int>(runs.size());
  for (const int step : {1, -1}) {
    for (int i = step > 0 ? 0 : count - 1; i >= 0 && i < count; i += step) {
      const BoundaryRun& wall = runs[i];
      if (wall.along != Axis::kX && wall.along != Axis::kZ) continue;
      int last = i;
      while (last + step >= 0 && last + step < count &&
             IsPast(runs[last + step], wall)) {
        last += step;
      }
      // Within the picture the wall is seen again, and needs no lintel.
      if (last == i || (last > 0 && last + 1 < count)) continue;
      const int left = std::min(i + step, last);
      const int right = std::max(i + step, last);
      const std::vector<BoundaryRun> beyond(runs.begin() + left,
                                            runs.begin() + right + 1);
      if (!HasLintel(evidence, wall, beyond, ceiling)) continue;
      for (int k = left; k <= right; ++k) {
        runs[k].along = wall.along;
        runs[k].plane = wall.plane;
        runs[k].support = wall.support;
      }
    }
  }
  return runs;
}

}  // namespace stage::engine
