#include "engine/scene/floor_boundary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace stage::engine {

double BoundaryRun::Distance(double azimuth) const {
  if (along == Axis::kNone) return 0;
  const double d = along == Axis::kX ? plane / -std::cos(azimuth)
                                     : plane / std::sin(azimuth);
  return d > 0 && std::isfinite(d) ? d
                                   : std::numeric_limits<double>::infinity();
}

void JoinRuns(std::vector<BoundaryRun>& runs) {
  for (size_t i = 0; i + 1 < runs.size(); ++i) {
    BoundaryRun &a = runs[i], &b = runs[i + 1];
    if (a.along == b.along || a.along == Axis::kNone ||
        b.along == Axis::kNone) {
      continue;
    }
    const double x = a.along == Axis::kZ ? a.plane : b.plane;
    const double z = a.along == Axis::kX ? a.plane : b.plane;
    const double corner = std::atan2(x, -z);
    if (std::abs(corner - a.to) < 2 * std::numbers::pi / 180 &&
        corner > a.from && corner < b.to) {
      a.to = b.from = corner;
    }
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
