#include "engine/pipeline/wall_under_mask.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "engine/edit/upright_view.h"
#include "engine/mat_view.h"
#include "engine/pipeline/object_sight.h"
#include "engine/scene/lab_color.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {
namespace {

constexpr double kEye = 1.4, kCeilingAbove = 1.25;  // metres
constexpr double kNearest = 0.8, kFarthest = 12;
constexpr double kWide = 40, kBehindCamera = 1.5;
constexpr double kLeastFacing = 0.03;  // cosine; beyond the wall's end
constexpr double kMostBeyond = 0.02;   // of the mask
constexpr double kRim = 0.02;          // of the mask: drawn with less care
constexpr int kSamples = 300;          // along the long edge
// Rise over run of lines: what may be a level line of a wall, what is level in
// the picture; and how much of that there must be, of the mask's width and of
// all lines that may be.
constexpr double kMostRise = 0.6, kLevelRise = 0.02;
constexpr double kLeastLevel = 0.25, kSureLevel = 0.45;

/// Rays of a mask's pixels.
std::vector<Eigen::Vector3d> RaysOf(const Camera& camera, const ImageU8& mask) {
  std::vector<Eigen::Vector3d> rays;
  const int step =
      std::max(1, std::max(mask.width(), mask.height()) / kSamples);
  for (int y = 0; y < mask.height(); y += step) {
    for (int x = 0; x < mask.width(); x += step) {
      if (mask.at(x, y) != 0) rays.push_back(camera.Ray({x + 0.5, y + 0.5}));
    }
  }
  return rays;
}

/// The way to the camera, where the lines of a wall are level in the picture
/// itself: then the camera looks straight at it.
std::optional<Eigen::Vector2d> StraightFacing(const Camera& camera,
                                              const ImageU8& srgb,
                                              const PhotoBox& box) {
  const cv::Mat rgb = MatOf(srgb);
  cv::Mat half;
  cv::resize(rgb, half, {}, 0.5, 0.5, cv::INTER_AREA);
  const double scale = static_cast<double>(srgb.width()) / camera.width_px;
  double level = 0, all = 0;
  for (const LineSegment& segment : DetectLineSegments(rgb, LabOf(half))) {
    const Eigen::Vector2d middle = segment.Midpoint() / scale;
    const Eigen::Vector2d way = segment.Direction();
    const double rise = std::abs(way.y()) / std::max(1e-9, std::abs(way.x()));
    if (middle.x() < box.left || middle.x() > box.right ||
        middle.y() < box.top || middle.y() > box.bottom || rise > kMostRise) {
      continue;
    }
    const double length = (segment.end - segment.start).norm();
    all += length;
    if (rise < kLevelRise) level += length;
  }
  if (level < kLeastLevel * (box.right - box.left) * scale ||
      level < kSureLevel * all) {
    return std::nullopt;
  }
  const Eigen::Vector3d ahead = camera.Ray(
      {0.5 * camera.width_px, 0.5 * static_cast<double>(camera.height_px)});
  return -Eigen::Vector2d(ahead.x(), ahead.z()).normalized();
}

/// How far away the wall is: no pixel of the mask may lie below the floor or
/// above the ceiling.
double DistanceOf(const std::vector<Eigen::Vector3d>& rays,
                  const Eigen::Vector3d& normal) {
  std::vector<double> most;
  for (const Eigen::Vector3d& ray : rays) {
    const double rise = ray.y() > 0 ? kCeilingAbove : kEye;
    most.push_back(rise * -ray.dot(normal) / std::max(1e-6, std::abs(ray.y())));
  }
  const auto rim = most.begin() + static_cast<long>(kRim * most.size());
  std::nth_element(most.begin(), rim, most.end());
  return std::clamp(*rim, kNearest, kFarthest);
}

/// A room with nothing but a wide wall.
RoomLayout WideWall(const Eigen::Vector2d& facing, double distance) {
  const Eigen::Vector2d beside(-facing.y(), facing.x());
  const Eigen::Vector2d on_wall = -facing * distance;
  const Eigen::Vector2d behind = facing * kBehindCamera;
  RoomLayout room;
  room.floor = {on_wall - beside * kWide,
                on_wall + beside * kWide,
                behind + beside * kWide,
                behind - beside * kWide};
  double area = 0;
  for (size_t i = 0; i < room.floor.size(); ++i) {
    const Eigen::Vector2d& a = room.floor[i];
    const Eigen::Vector2d& b = room.floor[(i + 1) % room.floor.size()];
    area += a.x() * b.y() - a.y() * b.x();
  }
  // Counter-clockwise on a page with Z down it.
  if (area > 0) std::reverse(room.floor.begin(), room.floor.end());
  return room;
}

}  // namespace

MaskedWall WallUnderMask(const Scene& scene,
                         const ImageU8& srgb,
                         const ImageU8& mask) {
  MaskedWall wall;
  const Tilt tilt = MeasureTilt(srgb, scene.camera);
  if (!tilt.doubt.empty()) {
    wall.doubt = tilt.doubt;
    return wall;
  }
  const std::vector<Eigen::Vector3d> rays = RaysOf(tilt.camera, mask);
  const auto [lowest, highest] = std::minmax_element(
      rays.begin(), rays.end(), [](const auto& a, const auto& b) {
        return a.y() < b.y();
      });
  if (rays.empty() || lowest->y() > 0 || highest->y() < 0) {
    wall.doubt =
        "whether the mask lies on a wall cannot be told, for it does not come "
        "to the height of the eye";
    return wall;
  }
  const PhotoBox box = BoxOf(mask);
  auto facing = WallFacing(tilt.camera, srgb, box);
  if (!facing) facing = StraightFacing(tilt.camera, srgb, box);
  if (!facing) {
    wall.doubt = "which way the wall under the mask faces cannot be told";
    return wall;
  }
  const Eigen::Vector3d normal(facing->x(), 0, facing->y());
  const auto beyond =
      std::count_if(rays.begin(), rays.end(), [&](const auto& ray) {
        return -ray.dot(normal) < kLeastFacing;
      });
  if (static_cast<double>(beyond) >
      kMostBeyond * static_cast<double>(rays.size())) {
    wall.doubt = "the mask goes on beyond where its wall can be";
    return wall;
  }
  wall.scene.camera = tilt.camera;
  wall.scene.confidence = scene.confidence;
  wall.scene.trust = SceneTrust::kRoom;
  wall.scene.room = WideWall(*facing, DistanceOf(rays, normal));
  // Twice as high, so that a rim drawn with less care is wall, too.
  wall.scene.camera.position = {0, 2 * kEye, 0};
  wall.scene.room.height = 4 * kEye + kCeilingAbove;
  return wall;
}

}  // namespace stage::engine
