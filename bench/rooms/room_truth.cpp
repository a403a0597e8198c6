#include "rooms/room_truth.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

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

  /// A convex polygon of the room, cut by the near plane and the picture.
  std::vector<Vector2d> ClipPolygon(
      const std::vector<Vector3d>& corners) const {
    std::vector<Vector3d> before;
    for (size_t i = 0; i < corners.size(); ++i) {
      const Vector3d& a = corners[i];
      const Vector3d& b = corners[(i + 1) % corners.size()];
      const double da = Depth(a) - kNearM, db = Depth(b) - kNearM;
      if (da >= 0) before.push_back(a);
      if ((da < 0) != (db < 0))
        before.push_back(a + (b - a) * (da / (da - db)));
    }
    std::vector<Vector2d> polygon;
    for (const Vector3d& corner : before) {
      polygon.push_back(*camera_.Project(corner));
    }
    for (int side = 0; side < 4 && !polygon.empty(); ++side) {
      polygon = ClipSide(polygon, side);
    }
    return polygon;
  }

 private:
  double Depth(const Vector3d& p) const {
    return (camera_.world_to_camera * (p - camera_.position)).z();
  }
  double Inside(const Vector2d& p, int side) const {
    switch (side) {
      case 0:
        return p.x();
      case 1:
        return camera_.width_px - p.x();
      case 2:
        return p.y();
      default:
        return camera_.height_px - p.y();
    }
  }
  std::vector<Vector2d> ClipSide(const std::vector<Vector2d>& polygon,
                                 int side) const {
    std::vector<Vector2d> kept;
    for (size_t i = 0; i < polygon.size(); ++i) {
      const Vector2d& a = polygon[i];
      const Vector2d& b = polygon[(i + 1) % polygon.size()];
      const double da = Inside(a, side), db = Inside(b, side);
      if (da >= 0) kept.push_back(a);
      if ((da < 0) != (db < 0)) kept.push_back(a + (b - a) * (da / (da - db)));
    }
    return kept;
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

json Box(const std::vector<Vector2d>& outline) {
  Vector2d low = outline.front(), high = outline.front();
  for (const Vector2d& p : outline) {
    low = low.cwiseMin(p);
    high = high.cwiseMax(p);
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
                {"floor_polygon", json::array()},
                {"floor_wall_edges", json::array()},
                {"vertical_edges", json::array()},
                {"horizontal_lines", {json::array(), json::array()}},
                {"windows", json::array()},
                {"doors", json::array()}};
  std::vector<Vector3d> floor;
  for (const Vector2d& corner : layout.floor) {
    const Vector2d in(
        corner.x() - std::copysign(kSkirtingThicknessM, corner.x()),
        corner.y() - std::copysign(kSkirtingThicknessM, corner.y()));
    floor.emplace_back(in.x(), 0, in.y());
  }
  for (const Vector2d& p : picture.ClipPolygon(floor)) {
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
    const std::vector<Vector2d> outline = picture.ClipPolygon(
        {at(o.u0, o.v0), at(o.u1, o.v0), at(o.u1, o.v1), at(o.u0, o.v1)});
    if (outline.size() < 3) continue;
    const bool is_window = o.kind == engine::OpeningKind::kWindow;
    truth[is_window ? "windows" : "doors"].push_back(Box(outline));
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
