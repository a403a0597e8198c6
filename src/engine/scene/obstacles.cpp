#include "engine/scene/obstacles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

/// Median colour of the floor near each pixel is too much; the floor's overall
/// chroma does, because light changes lightness far more than hue.
struct FloorColor {
  double a = 0, b = 0, lightness = 0;
  double chroma_spread = 3;
};

FloorColor MeasureFloor(const cv::Mat& lab, const cv::Mat& floor) {
  std::vector<float> l, a, b;
  for (int y = 0; y < lab.rows; y += 2) {
    for (int x = 0; x < lab.cols; x += 2) {
      if (!floor.at<uchar>(y, x)) continue;
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      l.push_back(c[0]);
      a.push_back(c[1]);
      b.push_back(c[2]);
    }
  }
  FloorColor color;
  if (l.size() < 50) return color;
  const auto median = [](std::vector<float>& v) {
    std::nth_element(
        v.begin(), v.begin() + static_cast<long>(v.size() / 2), v.end());
    return static_cast<double>(v[v.size() / 2]);
  };
  color.a = median(a);
  color.b = median(b);
  color.lightness = median(l);
  std::vector<float> away;
  for (size_t i = 0; i < a.size(); ++i) {
    away.push_back(
        static_cast<float>(std::hypot(a[i] - color.a, b[i] - color.b)));
  }
  color.chroma_spread = std::max(2.0, median(away));
  return color;
}

/// Pixels of the floor that cannot be floor in another light.
cv::Mat StrangePixels(const cv::Mat& lab,
                      const cv::Mat& likelihood,
                      const cv::Mat& floor,
                      const FloorColor& color) {
  cv::Mat strange = cv::Mat::zeros(floor.size(), CV_8U);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (!floor.at<uchar>(y, x) || likelihood.at<float>(y, x) > -0.35f) {
        continue;
      }
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      if (c[0] > 93) continue;  // sun, or a window's reflection
      // In more or less light the chroma scales with the lightness.
      const double scale =
          std::clamp(c[0] / std::max(color.lightness, 5.0), 0.3, 1.6);
      const double away =
          std::hypot(c[1] - color.a * scale, c[2] - color.b * scale);
      const double limit = std::max(9.0, 4 * color.chroma_spread);
      if (away > limit || c[0] < 0.3 * color.lightness) {
        strange.at<uchar>(y, x) = 255;
      }
    }
  }
  return strange;
}

/// Mean step of colour across a region's rim: things end abruptly, reflections
/// and shade do not.
double RimContrast(const cv::Mat& lab, const cv::Mat& region) {
  constexpr int kReach = 2;
  cv::Mat inner;
  cv::erode(region, inner, cv::Mat());
  const cv::Mat rim = region & ~inner;
  double sum = 0;
  int count = 0;
  for (int y = kReach; y < lab.rows - kReach; ++y) {
    for (int x = kReach; x < lab.cols - kReach; ++x) {
      if (!rim.at<uchar>(y, x)) continue;
      const double across = cv::norm(lab.at<cv::Vec3f>(y, x + kReach) -
                                     lab.at<cv::Vec3f>(y, x - kReach));
      const double along = cv::norm(lab.at<cv::Vec3f>(y + kReach, x) -
                                    lab.at<cv::Vec3f>(y - kReach, x));
      sum += std::max(across, along);
      ++count;
    }
  }
  return count > 0 ? sum / count : 0;
}

/// Rectangle on the floor, along the room's axes, around a region's lower part.
std::vector<Eigen::Vector2d> FootprintOf(const Camera& camera,
                                         const cv::Rect& box) {
  Eigen::Vector2d low(1e9, 1e9), high(-1e9, -1e9);
  const double bottom = box.y + box.height;
  const double top = box.y + 0.4 * box.height;
  for (const double x : {double(box.x), double(box.x + box.width)}) {
    for (const double y : {bottom, top}) {
      const auto p = camera.FloorPoint({x, y});
      if (!p) continue;
      low = low.cwiseMin(*p);
      high = high.cwiseMax(*p);
    }
  }
  if (low.x() >= high.x()) return {};
  return {{low.x(), low.y()},
          {low.x(), high.y()},
          {high.x(), high.y()},
          {high.x(), low.y()}};
}

/// How high a thing rises, camera heights: where it ends before more floor, its
/// top lies on the ray to that floor. One before a wall may rise higher than
/// the floor's picture tells.
/// @param box  around the thing in the picture
double HeightOf(const Camera& camera,
                const cv::Rect& box,
                bool before_wall,
                const std::vector<Eigen::Vector2d>& footprint) {
  constexpr double kUnknown = 0.25, kFlat = 0.01;
  double far = 0;
  for (const Eigen::Vector2d& corner : footprint) {
    far = std::max(far, corner.norm());
  }
  const auto top =
      camera.FloorPoint({box.x + 0.5 * box.width, static_cast<double>(box.y)});
  if (before_wall || !top || top->norm() < 1e-6) return kUnknown;
  return std::clamp(1 - far / top->norm(), kFlat, kUnknown);
}

void FindThingsOnFloor(const Camera& camera,
                       const cv::Mat& lab,
                       const cv::Mat& likelihood,
                       const cv::Mat& floor,
                       ObstacleMap& found) {
  const FloorColor color = MeasureFloor(lab, floor);
  cv::Mat strange = StrangePixels(lab, likelihood, floor, color);
  const cv::Mat small = cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3});
  cv::morphologyEx(strange, strange, cv::MORPH_CLOSE, small, {-1, -1}, 2);
  cv::morphologyEx(strange, strange, cv::MORPH_OPEN, small);
  cv::Mat labels, stats, centers;
  const int count =
      cv::connectedComponentsWithStats(strange, labels, stats, centers, 8);
  const double whole = static_cast<double>(lab.total());
  const double floor_area = cv::countNonZero(floor);
  for (int i = 1; i < count; ++i) {
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    // Specks are texture; what fills the floor is the floor.
    if (area < 0.0008 * whole || area > 0.06 * floor_area) continue;
    constexpr double kAbrupt = 12;  // Lab
    const cv::Mat region = labels == i;
    if (RimContrast(lab, region) < kAbrupt) continue;
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT),
                       stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH),
                       stats.at<int>(i, cv::CC_STAT_HEIGHT));
    found.occupied.setTo(255, region);
    const Obstacle thing = ThingOnFloor(camera, floor, region, box);
    if (thing.footprint.empty()) continue;
    found.obstacles.push_back(thing);
  }
}

/// A wall that is nearer than both its neighbours hides what is behind it.
bool StandsFree(const std::vector<BoundaryRun>& runs, size_t i) {
  if (i == 0 || i + 1 >= runs.size()) return false;
  const BoundaryRun &left = runs[i - 1], &here = runs[i], &right = runs[i + 1];
  constexpr double kNearer = 0.85;
  return here.along != Axis::kNone && left.along != Axis::kNone &&
         right.along != Axis::kNone &&
         here.Distance(here.from) < kNearer * left.Distance(left.to) &&
         here.Distance(here.to) < kNearer * right.Distance(right.from);
}

void MarkDirections(const Camera& camera,
                    const cv::Mat& floor,
                    double from,
                    double to,
                    cv::Mat& foreground) {
  for (int y = 0; y < foreground.rows; ++y) {
    for (int x = 0; x < foreground.cols; ++x) {
      if (floor.at<uchar>(y, x)) continue;
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      const double azimuth = std::atan2(ray.x(), -ray.z());
      if (azimuth >= from && azimuth <= to) foreground.at<uchar>(y, x) = 255;
    }
  }
}

}  // namespace

Obstacle ThingOnFloor(const Camera& camera,
                      const cv::Mat& floor,
                      const cv::Mat& region,
                      const cv::Rect& box) {
  Obstacle thing;
  thing.footprint = FootprintOf(camera, box);
  if (thing.footprint.empty()) return thing;
  cv::Mat around;
  cv::dilate(region, around, cv::Mat(), {-1, -1}, 3);
  const bool before_wall = cv::countNonZero(around & (floor == 0)) > 0;
  thing.height = HeightOf(camera, box, before_wall, thing.footprint);
  return thing;
}

ObstacleMap FindObstacles(const Camera& half_camera,
                          const cv::Mat& half_lab,
                          const cv::Mat& likelihood,
                          const cv::Mat& half_floor,
                          const std::vector<BoundaryRun>& runs) {
  ObstacleMap found;
  found.occupied = cv::Mat::zeros(half_floor.size(), CV_8U);
  found.foreground = cv::Mat::zeros(half_floor.size(), CV_8U);
  FindThingsOnFloor(half_camera, half_lab, likelihood, half_floor, found);
  for (size_t i = 0; i < runs.size(); ++i) {
    const BoundaryRun& run = runs[i];
    if (run.along == Axis::kNone) {
      MarkDirections(
          half_camera, half_floor, run.from, run.to, found.foreground);
      continue;
    }
    if (!StandsFree(runs, i)) continue;
    MarkDirections(half_camera, half_floor, run.from, run.to, found.foreground);
    const auto at = [&](double azimuth, double part) {
      const double d = run.Distance(azimuth) * part;
      return Eigen::Vector2d(d * std::sin(azimuth), -d * std::cos(azimuth));
    };
    constexpr double kDepth = 1.2;  // of its distance; its back is not seen
    Obstacle block;
    block.footprint = {at(run.from, kDepth),
                       at(run.from, 1),
                       at(run.to, 1),
                       at(run.to, kDepth)};
    block.height = 1.0;
    found.obstacles.push_back(block);
  }
  return found;
}

}  // namespace stage::engine
