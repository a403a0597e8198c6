#include "rooms/room_truth.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <optional>

#include "engine/scene/floor_outline.h"
#include "rooms/sight.h"

namespace stage::bench {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using engine::Camera;
using nlohmann::json;

constexpr double kSkirtingThicknessM = 0.014;
constexpr double kNearM = 0.05;

class Picture {
 public:
  explicit Picture(const Camera& camera) : camera_(camera) {}

  /// The visible part of a segment, clipped to the picture.
  std::optional<std::pair<Vector2d, Vector2d>> Clip(Vector3d a,
                                                    Vector3d b) const {
    const double da = Depth(a), db = Depth(b);
    if (da < kNearM && db < kNearM) return std::nullopt;
    if (da < kNearM) a = b + (a - b) * ((db - kNearM) / (db - da));
    if (db < kNearM) b = a + (b - a) * ((da - kNearM) / (da - db));
    const Vector2d p = *camera_.Project(a), q = *camera_.Project(b);
    double from = 0, to = 1;
    const Vector2d d = q - p;
    const double limits[2] = {static_cast<double>(camera_.width_px),
                              static_cast<double>(camera_.height_px)};
    for (int axis = 0; axis < 2; ++axis) {
      if (std::abs(d[axis]) < 1e-12) {
        if (p[axis] < 0 || p[axis] > limits[axis]) return std::nullopt;
        continue;
      }
      const double t0 = -p[axis] / d[axis];
      const double t1 = (limits[axis] - p[axis]) / d[axis];
      from = std::max(from, std::min(t0, t1));
      to = std::min(to, std::max(t0, t1));
    }
    if (from >= to) return std::nullopt;
    return std::pair{Vector2d(p + d * from), Vector2d(p + d * to)};
  }

 private:
  double Depth(const Vector3d& p) const {
    return (camera_.world_to_camera * (p - camera_.position)).z();
  }

  const Camera& camera_;
};

double Tenth(double value) { return std::round(value * 10) / 10; }
json Point(const Vector2d& p) { return {Tenth(p.x()), Tenth(p.y())}; }

void AddSegment(const Picture& picture,
                const Vector3d& a,
                const Vector3d& b,
                json& list) {
  const auto seen = picture.Clip(a, b);
  if (!seen || (seen->first - seen->second).norm() < 40) return;
  list.push_back({Point(seen->first), Point(seen->second)});
}

/// The box of an opening's visible part; null when too little of it is seen.
json VisibleBox(const Sight& sight,
                const Camera& camera,
                const engine::Wall& wall,
                const engine::Opening& o) {
  constexpr int kSteps = 60;
  // What a person would still mark: a strip of a door is no door.
  constexpr double kLeastShare = 0.15;  // of the opening
  constexpr double kNarrowest = 0.03;   // of the picture's long side
  constexpr double kInFrontM = 0.01;
  Vector2d low(1e9, 1e9), high(-1e9, -1e9);
  int seen = 0;
  for (int i = 0; i <= kSteps; ++i) {
    for (int j = 0; j <= kSteps; ++j) {
      const double u = o.u0 + (o.u1 - o.u0) * i / kSteps;
      const Vector2d foot =
          wall.start + wall.direction * u + wall.normal * kInFrontM;
      const Vector3d point(
          foot.x(), o.v0 + (o.v1 - o.v0) * j / kSteps, foot.y());
      const auto pixel = camera.Project(point);
      if (!pixel || pixel->minCoeff() < 0 || pixel->x() > camera.width_px ||
          pixel->y() > camera.height_px || !sight.Sees(point)) {
        continue;
      }
      low = low.cwiseMin(*pixel);
      high = high.cwiseMax(*pixel);
      ++seen;
    }
  }
  const double long_side = std::max(camera.width_px, camera.height_px);
  if (seen < kLeastShare * kSteps * kSteps ||
      (high - low).minCoeff() < kNarrowest * long_side) {
    return nullptr;
  }
  return {Tenth(low.x()),
          Tenth(low.y()),
          Tenth(high.x() - low.x()),
          Tenth(high.y() - low.y())};
}

}  // namespace

json TruthOf(const RoomSpec& spec) {
  const Camera camera = CameraOf(spec);
  const Picture picture(camera);
  const engine::RoomLayout layout = LayoutOf(spec);
  const std::vector<engine::Wall> walls = layout.Walls();
  json truth = {{"size", {spec.width_px, spec.height_px}},
                {"camera_height_m", spec.camera_height_m},
                {"ceiling_m", spec.ceiling_m},
                {"floor_polygon", json::array()},
                {"floor_wall_edges", json::array()},
                {"vertical_edges", json::array()},
                {"horizontal_lines", {json::array(), json::array()}},
                {"windows", json::array()},
                {"doors", json::array()}};
  std::vector<Vector3d> floor;
  for (size_t i = 0; i < walls.size(); ++i) {
    const engine::Wall& before = walls[(i + walls.size() - 1) % walls.size()];
    const Vector2d in = walls[i].start +
                        kSkirtingThicknessM * (before.normal + walls[i].normal);
    floor.emplace_back(in.x(), 0, in.y());
  }
  const Sight sight(spec);
  const ImageU8 mask = sight.FloorMask();
  const cv::Mat view(
      mask.height(), mask.width(), CV_8U, const_cast<uint8_t*>(mask.data()));
  for (const Vector2d& p : engine::OutlineOfMask(view)) {
    truth["floor_polygon"].push_back(Point(p));
  }
  for (size_t i = 0; i < walls.size(); ++i) {
    const Vector3d& a = floor[i];
    const Vector3d& b = floor[(i + 1) % floor.size()];
    const Vector3d ceiling(0, spec.ceiling_m, 0);
    json& group = truth["horizontal_lines"][i % 2 == 0 ? 1 : 0];
    AddSegment(picture, a, b, truth["floor_wall_edges"]);
    AddSegment(picture, a, b, group);
    AddSegment(picture, a + ceiling, b + ceiling, group);
    AddSegment(picture, a, a + ceiling, truth["vertical_edges"]);
  }
  for (const engine::Opening& o : spec.openings) {
    const engine::Wall& wall = walls[o.wall];
    const auto at = [&](double u, double v) {
      const Vector2d foot = wall.start + wall.direction * u;
      return Vector3d(foot.x(), v, foot.y());
    };
    const json box = VisibleBox(sight, camera, wall, o);
    if (box.is_null()) continue;
    const bool is_window = o.kind == engine::OpeningKind::kWindow;
    truth[is_window ? "windows" : "doors"].push_back(box);
    json& group = truth["horizontal_lines"][o.wall % 2 == 0 ? 1 : 0];
    AddSegment(picture, at(o.u0, o.v1), at(o.u1, o.v1), group);
    AddSegment(
        picture, at(o.u0, o.v0), at(o.u0, o.v1), truth["vertical_edges"]);
    AddSegment(
        picture, at(o.u1, o.v0), at(o.u1, o.v1), truth["vertical_edges"]);
  }
  return truth;
}

}  // namespace stage::bench
