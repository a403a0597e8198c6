#include "engine/pipeline/object_sight.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "engine/scene/lab_color.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {
namespace {

// Around what is put into a room that nobody knows.
constexpr double kAround = 2.2, kBehindCamera = 1.5, kCeilingAbove = 1.2;
constexpr double kEyeHeight = 1.4;
constexpr double kLevelOff = 2.5;       // degrees from an axis' image
constexpr double kSureShare = 0.65;     // of the votes
constexpr double kLeastVotes = 0.25;    // of the box's width
constexpr double kLeastFacing = 0.2;    // cosine
constexpr double kFrontalFacing = 0.8;  // without any lines

Eigen::Vector2d Level(const Eigen::Vector3d& ray) { return {ray.x(), ray.z()}; }

double AngleToAxis(const Camera& camera,
                   const LineSegment& segment,
                   const Eigen::Vector3d& axis) {
  const Eigen::Vector2d middle = segment.Midpoint();
  const Eigen::Vector3d point = camera.position + 5 * camera.Ray(middle);
  const auto along = camera.Project(point + 0.05 * axis);
  if (!along) return 90;
  const Eigen::Vector2d image = *along - middle;
  if (image.norm() < 1e-9) return 90;
  const double cosine =
      std::min(1.0, std::abs(image.normalized().dot(segment.Direction())));
  return std::acos(cosine) * 180 / std::numbers::pi;
}

/// Lengths of the level lines along either axis above and below a box, near
/// ones first: boards of a floor run both ways.
struct Votes {
  double along_x = 0, along_z = 0;
};

Votes LevelLines(const Camera& camera,
                 const std::vector<LineSegment>& segments,
                 const PhotoBox& box) {
  Votes votes;
  for (const LineSegment& segment : segments) {
    const auto [low, high] = std::minmax(segment.start.x(), segment.end.x());
    const double overlap = std::min(high, box.right) - std::max(low, box.left);
    if (overlap <= 0) continue;
    const double to_x = AngleToAxis(camera, segment, Eigen::Vector3d::UnitX());
    const double to_y = AngleToAxis(camera, segment, Eigen::Vector3d::UnitY());
    const double to_z = AngleToAxis(camera, segment, Eigen::Vector3d::UnitZ());
    const double least = std::min({to_x, to_y, to_z});
    // Lines that would fit both tell nothing.
    if (least > kLevelOff || least == to_y ||
        std::abs(to_x - to_z) < 2 * kLevelOff) {
      continue;
    }
    const double y = segment.Midpoint().y();
    const double away = std::max({0.0, box.top - y, y - box.bottom}) /
                        std::max(1.0, box.bottom - box.top);
    (to_x < to_z ? votes.along_x : votes.along_z) +=
        overlap / (1 + away * away);
  }
  return votes;
}

std::vector<Eigen::Vector2d> Around(const Eigen::Vector2d& center) {
  const double left = std::min(-kAround, center.x() - kAround);
  const double right = std::max(kAround, center.x() + kAround);
  const double far = std::min(-kAround, center.y() - kAround);
  const double near = std::max(kBehindCamera, center.y() + kAround);
  return {{left, far}, {left, near}, {right, near}, {right, far}};
}

/// The scene without what is known of its room.
Scene BareScene(const Scene& scene, double eye_height) {
  Scene bare;
  bare.camera = scene.camera;
  bare.camera.position = {0, eye_height, 0};
  bare.confidence = scene.confidence;
  bare.trust = SceneTrust::kRoom;
  bare.room.height = eye_height + kCeilingAbove;
  return bare;
}

}  // namespace

double ObjectSight::Distance(double width, double height) const {
  return std::max(width / breadth, height / (up + down));
}

double ObjectSight::Misfit(double width, double height) const {
  return std::log(height / width) - std::log((up + down) / breadth);
}

PhotoBox BoxOf(const ImageU8& mask) {
  PhotoBox box{static_cast<double>(mask.width()),
               static_cast<double>(mask.height()),
               0,
               0};
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      if (mask.at(x, y) == 0) continue;
      box.left = std::min(box.left, static_cast<double>(x));
      box.right = std::max(box.right, x + 1.0);
      box.top = std::min(box.top, static_cast<double>(y));
      box.bottom = std::max(box.bottom, y + 1.0);
    }
  }
  return box;
}

ObjectSight SeeBox(const Camera& camera, const PhotoBox& box) {
  const double middle = 0.5 * (box.left + box.right);
  const double height = 0.5 * (box.top + box.bottom);
  const Eigen::Vector3d foot = camera.Ray({middle, box.bottom});
  const Eigen::Vector3d top = camera.Ray({middle, box.top});
  ObjectSight sight;
  sight.heading = Level(foot).normalized();
  sight.down = -foot.y() / Level(foot).norm();
  sight.up = top.y() / Level(top).norm();
  const auto aside = [&](double x) {
    const Eigen::Vector2d ray = Level(camera.Ray({x, height}));
    const double ahead = std::max(1e-3, ray.dot(sight.heading));
    return (ray.x() * sight.heading.y() - ray.y() * sight.heading.x()) / ahead;
  };
  sight.breadth = std::abs(aside(box.right) - aside(box.left));
  return sight;
}

std::optional<Eigen::Vector2d> WallFacing(const Camera& camera,
                                          const ImageU8& srgb,
                                          const PhotoBox& box) {
  const Camera small = camera.Resized(srgb.width(), srgb.height());
  const double scale = static_cast<double>(srgb.width()) / camera.width_px;
  const double left = box.left * scale, right = box.right * scale;
  const double top = box.top * scale, bottom = box.bottom * scale;
  const Eigen::Vector2d middle(0.5 * (left + right), 0.5 * (top + bottom));
  const cv::Mat rgb(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  cv::Mat half;
  cv::resize(rgb, half, {}, 0.5, 0.5, cv::INTER_AREA);
  const std::vector<LineSegment> segments =
      DetectLineSegments(rgb, LabOf(half));
  Votes votes;
  // Walls are as high as the picture; beside the box others may begin.
  for (const double beside : {0.15, 0.6, 1.5}) {
    const double more = beside * (right - left);
    votes =
        LevelLines(small, segments, {left - more, top, right + more, bottom});
    if (votes.along_x + votes.along_z > kLeastVotes * (right - left)) break;
    votes = {};
  }
  const Eigen::Vector2d heading =
      Level(small.Ray({middle.x(), middle.y()})).normalized();
  // The walls of either direction that look at the camera.
  const Eigen::Vector2d across_z(0, heading.y() > 0 ? -1 : 1);
  const Eigen::Vector2d across_x(heading.x() > 0 ? -1 : 1, 0);
  const double all = votes.along_x + votes.along_z;
  Eigen::Vector2d facing =
      std::abs(heading.y()) > std::abs(heading.x()) ? across_z : across_x;
  double least_facing = kFrontalFacing;
  if (all > 0) {
    const double share = std::max(votes.along_x, votes.along_z) / all;
    if (share < kSureShare) return std::nullopt;
    facing = votes.along_x > votes.along_z ? across_z : across_x;
    least_facing = kLeastFacing;
  }
  if (-facing.dot(heading) < least_facing) return std::nullopt;
  return facing;
}

Scene SceneOnTable(const Scene& scene,
                   double drop,
                   const Eigen::Vector2d& center) {
  Scene table = BareScene(scene, drop);
  table.room.floor = Around(center);
  if (scene.trust != SceneTrust::kRoom) return table;
  // Everything sinks by the table's height.
  const double height = scene.camera.position.y() - drop;
  table.room = scene.room;
  table.room.height = scene.room.height - height;
  for (Opening& opening : table.room.openings) {
    opening.v0 = std::max(0.0, opening.v0 - height);
    opening.v1 = std::max(0.01, opening.v1 - height);
  }
  return table;
}

Scene SceneAtWall(const Scene& scene,
                  const Eigen::Vector2d& point,
                  const Eigen::Vector2d& facing,
                  double top) {
  Scene room = BareScene(scene, kEyeHeight);
  room.room.height = std::max(room.room.height, kEyeHeight + top + 0.3);
  const Eigen::Vector2d beside(-facing.y(), facing.x());
  const double wide = kAround + std::abs(point.dot(beside));
  // From the wall to behind the camera.
  const double deep = std::abs(point.dot(facing)) + kBehindCamera;
  const Eigen::Vector2d on_wall = facing * point.dot(facing);
  std::vector<Eigen::Vector2d>& floor = room.room.floor;
  floor = {on_wall - beside * wide,
           on_wall - beside * wide + facing * deep,
           on_wall + beside * wide + facing * deep,
           on_wall + beside * wide};
  // Counter-clockwise on a page with Z down it.
  double area = 0;
  for (size_t i = 0; i < floor.size(); ++i) {
    const Eigen::Vector2d& a = floor[i];
    const Eigen::Vector2d& b = floor[(i + 1) % floor.size()];
    area += a.x() * b.y() - a.y() * b.x();
  }
  if (area > 0) std::reverse(floor.begin(), floor.end());
  return room;
}

}  // namespace stage::engine
