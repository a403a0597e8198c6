#include "geometry/scene_truth.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>

#include "engine/scene/analyze_scene.h"
#include "engine/scene/floor_outline.h"

namespace stage::bench {
namespace {

using nlohmann::json;

Eigen::Vector2d ReadPoint(const json& p) {
  return {p.at(0).get<double>(), p.at(1).get<double>()};
}

TruthSegment ReadSegment(const json& s) {
  return {ReadPoint(s.at(0)), ReadPoint(s.at(1))};
}

std::vector<PixelBox> ReadBoxes(const json& list) {
  std::vector<PixelBox> boxes;
  for (const json& b : list) {
    boxes.emplace_back(b.at(0).get<double>(),
                       b.at(1).get<double>(),
                       b.at(2).get<double>(),
                       b.at(3).get<double>());
  }
  return boxes;
}

/// Overlap of two polygons, rastered at a long side of 1500.
double PolygonIou(const std::vector<Eigen::Vector2d>& a,
                  const std::vector<Eigen::Vector2d>& b,
                  int width_px,
                  int height_px) {
  const double scale = 1500.0 / std::max(width_px, height_px);
  const cv::Size size(static_cast<int>(std::lround(width_px * scale)),
                      static_cast<int>(std::lround(height_px * scale)));
  const auto mask = [&](std::vector<Eigen::Vector2d> points) {
    for (Eigen::Vector2d& p : points) p *= scale;
    return engine::MaskOfOutline(points, size);
  };
  const cv::Mat ma = mask(a), mb = mask(b);
  const double both = cv::countNonZero(ma & mb);
  const double either = cv::countNonZero(ma | mb);
  return either > 0 ? both / either : 0;
}

/// Angle between a segment and the direction from its middle to a vanishing
/// point in homogeneous pixels.
double Miss(const TruthSegment& segment, const Eigen::Vector3d& point) {
  const Eigen::Vector2d middle = 0.5 * (segment.first + segment.second);
  const Eigen::Vector2d to_point = point.head<2>() - middle * point.z();
  const Eigen::Vector2d d = segment.second - segment.first;
  const double cross = std::abs(to_point.x() * d.y() - to_point.y() * d.x());
  return std::atan2(cross, std::abs(to_point.dot(d))) * 180 / std::numbers::pi;
}

double Median(std::vector<double> values) {
  if (values.empty()) return -1;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 ? values[half]
                           : 0.5 * (values[half - 1] + values[half]);
}

double BoxIou(const PixelBox& a, const PixelBox& b) {
  const double w = std::min(a[0] + a[2], b[0] + b[2]) - std::max(a[0], b[0]);
  const double h = std::min(a[1] + a[3], b[1] + b[3]) - std::max(a[1], b[1]);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a[2] * a[3] + b[2] * b[3] - w * h);
}

BoxCounts MatchBoxes(const std::vector<PixelBox>& found,
                     const std::vector<PixelBox>& wanted) {
  BoxCounts counts;
  counts.found = static_cast<int>(found.size());
  counts.wanted = static_cast<int>(wanted.size());
  std::vector<bool> taken(found.size(), false);
  for (const PixelBox& box : wanted) {
    int best = -1;
    double overlap = 0.5;
    for (size_t i = 0; i < found.size(); ++i) {
      const double iou = BoxIou(box, found[i]);
      if (taken[i] || iou < overlap) continue;
      overlap = iou;
      best = static_cast<int>(i);
    }
    if (best < 0) continue;
    taken[best] = true;
    ++counts.matched;
  }
  return counts;
}

}  // namespace

BoxCounts& BoxCounts::operator+=(const BoxCounts& other) {
  found += other.found;
  wanted += other.wanted;
  matched += other.matched;
  return *this;
}

SceneTruth ReadTruth(const json& entry) {
  SceneTruth truth;
  truth.width_px = entry.at("size").at(0).get<int>();
  truth.height_px = entry.at("size").at(1).get<int>();
  for (const json& p : entry.at("floor_polygon")) {
    truth.floor_polygon.push_back(ReadPoint(p));
  }
  for (const json& s : entry.at("vertical_edges")) {
    truth.vertical_edges.push_back(ReadSegment(s));
  }
  for (const json& group : entry.at("horizontal_lines")) {
    auto& segments = truth.horizontal_lines.emplace_back();
    for (const json& s : group) segments.push_back(ReadSegment(s));
  }
  truth.windows = ReadBoxes(entry.at("windows"));
  truth.doors = ReadBoxes(entry.at("doors"));
  truth.camera_height_m = entry.value("camera_height_m", 0.0);
  truth.ceiling_m = entry.value("ceiling_m", 0.0);
  return truth;
}

engine::SeenRoom SeenTruth(const SceneTruth& truth) {
  constexpr double kShortSide = 128;
  constexpr float kSure = 0.9f;
  const double scale = kShortSide / std::min(truth.width_px, truth.height_px);
  const cv::Size size(static_cast<int>(std::lround(truth.width_px * scale)),
                      static_cast<int>(std::lround(truth.height_px * scale)));
  using engine::SeenSurface;
  engine::SeenRoom seen;
  seen.surface =
      Image<SeenSurface>(size.width, size.height, 1, SeenSurface::kWall);
  seen.certainty = ImageF(size.width, size.height, 1, kSure);
  std::vector<Eigen::Vector2d> outline = truth.floor_polygon;
  for (Eigen::Vector2d& p : outline) p *= scale;
  const cv::Mat floor = engine::MaskOfOutline(outline, size);
  const auto within = [&](const std::vector<PixelBox>& boxes, int x, int y) {
    return std::any_of(boxes.begin(), boxes.end(), [&](const PixelBox& b) {
      const double px = (x + 0.5) / scale, py = (y + 0.5) / scale;
      return px >= b[0] && px < b[0] + b[2] && py >= b[1] && py < b[1] + b[3];
    });
  };
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      SeenSurface& surface = seen.surface.at(x, y);
      if (within(truth.windows, x, y)) surface = SeenSurface::kWindow;
      if (within(truth.doors, x, y)) surface = SeenSurface::kDoor;
      if (floor.at<uchar>(y, x) != 0) surface = SeenSurface::kFloor;
    }
  }
  return seen;
}

SceneScore ScoreScene(const engine::Scene& scene, const SceneTruth& truth) {
  SceneScore score;
  score.floor_iou = PolygonIou(scene.floor_polygon_px,
                               truth.floor_polygon,
                               truth.width_px,
                               truth.height_px);
  // Which of the two horizontal points a group belongs to is not said: the
  // better assignment of the whole group counts.
  std::vector<double> horizontal, vertical;
  for (const auto& group : truth.horizontal_lines) {
    std::vector<double> best;
    for (const int i : {0, 1}) {
      std::vector<double> misses;
      for (const TruthSegment& s : group) {
        misses.push_back(Miss(s, scene.vanishing_points.at(i)));
      }
      if (best.empty() || Median(misses) < Median(best)) best = misses;
    }
    horizontal.insert(horizontal.end(), best.begin(), best.end());
  }
  for (const TruthSegment& s : truth.vertical_edges) {
    vertical.push_back(Miss(s, scene.vanishing_points.at(2)));
  }
  score.horizontal_error_deg = Median(horizontal);
  score.vertical_error_deg = Median(vertical);
  std::vector<PixelBox> windows, doors;
  for (const engine::Opening& opening : scene.room.openings) {
    const auto box = engine::OpeningBoxPx(scene, opening);
    if (!box) continue;
    (opening.kind == engine::OpeningKind::kWindow ? windows : doors)
        .push_back(*box);
  }
  score.windows = MatchBoxes(windows, truth.windows);
  score.doors = MatchBoxes(doors, truth.doors);
  if (truth.camera_height_m > 0) {
    const double height_m = scene.camera.position.y();
    score.scale = height_m / truth.camera_height_m;
    score.ceiling = scene.room.height / truth.ceiling_m / score.scale;
  }
  return score;
}

}  // namespace stage::bench
