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

namespace {

/// Where a direction on the floor lies from left to right, without an angle's
/// cost: rises with the azimuth, from -2 to 2.
double TurnOf(double x, double z) {
  const double sum = std::abs(x) + std::abs(z);
  if (sum <= 0) return 0;
  return z <= 0 ? x / sum : std::copysign(2 - std::abs(x) / sum, x);
}

constexpr float kNoFloor = 9;  ///< as a turn

/// Does a whole row of the picture look up? The horizon is a line, at most
/// slightly bent.
bool IsAboveHorizon(const Camera& camera, double y) {
  constexpr double kSurely = 0.01;
  for (const double part : {0.0, 0.5, 1.0}) {
    if (camera.Ray({part * camera.width_px, y}).y() < kSurely) return false;
  }
  return true;
}

}  // namespace

FloorPoints::FloorPoints(const Camera& camera)
    : points_(camera.height_px,
              camera.width_px,
              CV_32FC3,
              cv::Scalar(0, 0, kNoFloor)) {
  for (int y = 0; y < points_.rows; ++y) {
    if (IsAboveHorizon(camera, y + 0.5)) continue;
    cv::Vec3f* row = points_.ptr<cv::Vec3f>(y);
    for (int x = 0; x < points_.cols; ++x) {
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      if (ray.y() > -0.01) continue;
      const double foot_x = ray.x() / -ray.y(), foot_z = ray.z() / -ray.y();
      row[x] = {static_cast<float>(foot_x),
                static_cast<float>(foot_z),
                static_cast<float>(TurnOf(foot_x, foot_z))};
    }
  }
}

cv::Mat FloorPoints::InFrontOf(const std::vector<BoundaryRun>& runs) const {
  struct Wall {
    float end, normal_x, normal_z, plane;
    bool hides;
  };
  cv::Mat mask = cv::Mat::zeros(points_.size(), CV_8U);
  std::vector<Wall> walls;
  for (const BoundaryRun& run : runs) {
    const double to = std::clamp(run.to, -std::numbers::pi, std::numbers::pi);
    const Eigen::Vector2f normal = run.Normal().cast<float>();
    walls.push_back({static_cast<float>(TurnOf(std::sin(to), -std::cos(to))),
                     normal.x(),
                     normal.y(),
                     static_cast<float>(run.plane),
                     run.along == Axis::kNone});
  }
  if (walls.empty()) return mask;
  size_t at = 0;  // neighbours mostly look at the same wall
  for (int y = 0; y < mask.rows; ++y) {
    const cv::Vec3f* points = points_.ptr<cv::Vec3f>(y);
    uchar* row = mask.ptr<uchar>(y);
    for (int x = 0; x < mask.cols; ++x) {
      const float turn = points[x][2];
      if (turn == kNoFloor) continue;
      while (at > 0 && turn < walls[at - 1].end) --at;
      while (at + 1 < walls.size() && turn >= walls[at].end) ++at;
      const Wall& wall = walls[at];
      if (wall.hides) continue;
      // In front of the wall: nearer than the point where the ray's direction
      // meets it, if it does.
      const float reached =
          wall.normal_x * points[x][0] + wall.normal_z * points[x][1];
      const bool meets = reached * wall.plane > 0;
      if (!meets || std::abs(reached) < std::abs(wall.plane)) row[x] = 255;
    }
  }
  return mask;
}

cv::Mat BoundaryFloorMask(const Camera& camera,
                          const std::vector<BoundaryRun>& runs) {
  return FloorPoints(camera).InFrontOf(runs);
}

}  // namespace stage::engine
