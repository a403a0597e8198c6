#include "engine/scene/floor_boundary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace stage::engine {

Eigen::Vector2d BoundaryRun::Normal() const {
  switch (along) {
    case Axis::kX:
      return {0, 1};
    case Axis::kZ:
      return {1, 0};
    default:
      return oblique_normal;
  }
}

double BoundaryRun::Distance(double azimuth) const {
  if (along == Axis::kNone) return 0;
  const double d = plane / Normal().dot(Eigen::Vector2d(std::sin(azimuth),
                                                        -std::cos(azimuth)));
  return d > 0 && std::isfinite(d) ? d
                                   : std::numeric_limits<double>::infinity();
}

Eigen::Vector2d CornerOf(const BoundaryRun& a, const BoundaryRun& b) {
  const Eigen::Vector2d n = a.Normal(), m = b.Normal();
  const double det = n.x() * m.y() - n.y() * m.x();
  return {(a.plane * m.y() - b.plane * n.y()) / det,
          (b.plane * n.x() - a.plane * m.x()) / det};
}

void JoinPair(BoundaryRun& left, BoundaryRun& right, double reach) {
  if (left.along == Axis::kNone || right.along == Axis::kNone ||
      (left.along == right.along && left.along != Axis::kOblique)) {
    return;
  }
  const Eigen::Vector2d point = CornerOf(left, right);
  const double corner = std::atan2(point.x(), -point.y());
  if (std::abs(corner - left.to) < reach && corner > left.from &&
      corner < right.to) {
    left.to = right.from = corner;
  }
}

void JoinRuns(std::vector<BoundaryRun>& runs) {
  constexpr double kReach = 2 * std::numbers::pi / 180;
  for (size_t i = 0; i + 1 < runs.size(); ++i) {
    JoinPair(runs[i], runs[i + 1], kReach);
  }
}

cv::Mat BoundaryFloorMask(const Camera& camera,
                          const std::vector<BoundaryRun>& runs) {
  cv::Mat mask = cv::Mat::zeros(camera.height_px, camera.width_px, CV_8U);
  if (runs.empty()) return mask;
  for (int y = 0; y < mask.rows; ++y) {
    uchar* row = mask.ptr<uchar>(y);
    for (int x = 0; x < mask.cols; ++x) {
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      if (ray.y() > -0.01) continue;
      const double azimuth = std::atan2(ray.x(), -ray.z());
      const auto run =
          std::find_if(runs.begin(), runs.end() - 1, [&](const BoundaryRun& r) {
            return azimuth < r.to;
          });
      const double reach = std::hypot(ray.x(), ray.z()) / -ray.y();
      if (reach < run->Distance(azimuth)) row[x] = 255;
    }
  }
  return mask;
}

}  // namespace stage::engine
