#include "engine/scene/floor_recesses.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr double kPast = 1.15;   ///< times as far is past a wall
constexpr double kWidest = 1.2;  // radians

bool IsJumpOut(const BoundaryRun& near, const BoundaryRun& far, double at) {
  const double distance = near.Distance(at);
  return distance > 0 && std::isfinite(distance) &&
         far.Distance(at) > kPast * distance;
}

}  // namespace

std::vector<AzimuthRange> FindRecesses(const std::vector<BoundaryRun>& runs) {
  std::vector<AzimuthRange> recesses;
  for (size_t i = 1; i + 1 < runs.size(); ++i) {
    if (!IsJumpOut(runs[i - 1], runs[i], runs[i].from)) continue;
    // The nearest jump back to before all of it.
    for (size_t j = i; j + 1 < runs.size(); ++j) {
      const BoundaryRun& next = runs[j + 1];
      if (!IsJumpOut(next, runs[j], runs[j].to) ||
          !IsJumpOut(next, runs[i], runs[j].to)) {
        continue;
      }
      if (runs[j].to - runs[i].from < kWidest) {
        recesses.push_back({runs[i].from, runs[j].to});
      }
      break;
    }
  }
  return recesses;
}

double SupportWithin(const std::vector<BoundaryRun>& runs,
                     const std::vector<AzimuthRange>& ranges) {
  double support = 0, width = 0;
  for (const BoundaryRun& run : runs) {
    for (const AzimuthRange& range : ranges) {
      const double shared =
          std::min(run.to, range.to) - std::max(run.from, range.from);
      if (shared <= 0) continue;
      support += run.support * shared;
      width += shared;
    }
  }
  return width > 0 ? support / width : 0;
}

void ClearDirections(const Camera& camera,
                     const std::vector<AzimuthRange>& ranges,
                     cv::Mat& mask) {
  for (int y = 0; y < mask.rows; ++y) {
    uchar* row = mask.ptr<uchar>(y);
    for (int x = 0; x < mask.cols; ++x) {
      if (!row[x]) continue;
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      const double azimuth = std::atan2(ray.x(), -ray.z());
      const bool is_within =
          std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
            return azimuth > range.from && azimuth < range.to;
          });
      if (is_within) row[x] = 0;
    }
  }
}

}  // namespace stage::engine
