#include "engine/scene/scene_confidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace stage::engine {
namespace {

/// Part of the picture's top fifth that has the blue of a sky.
double SkyShare(const cv::Mat& lab) {
  const int rows = std::max(1, lab.rows / 5);
  int blue = 0, all = 0;
  for (int y = 0; y < rows; y += 2) {
    for (int x = 0; x < lab.cols; x += 2) {
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      blue += c[2] < -12 && c[0] > 25;
      ++all;
    }
  }
  return all > 0 ? static_cast<double>(blue) / all : 0;
}

double Ramp(double value, double low, double high) {
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

/// What a doubt leaves of a confidence: all of it up to `low`, half of it from
/// `high` on.
double Halved(double doubt, double low, double high) {
  return 1 - 0.5 * Ramp(doubt, low, high);
}

constexpr int kBinDegrees = 3;
constexpr size_t kBins = 180 / kBinDegrees;
using AngleHistogram = std::array<double, kBins>;

double Near(const AngleHistogram& by_angle, size_t bin) {
  return by_angle[bin] + by_angle[(bin + 1) % kBins] +
         by_angle[(bin + kBins - 1) % kBins];
}

/// What of the lines are joints of a floor laid at an angle: those of two
/// directions at a right angle if most are, or of any two if nearly all are,
/// for the angle is right only as far as the focal length is.
double JointsAmong(const AngleHistogram& by_angle, double all) {
  constexpr double kMost = 0.5, kNearlyAll = 0.7;
  constexpr size_t kRightAngle = kBins / 2, kApart = 15 / kBinDegrees;
  double square = 0, skew = 0;
  for (size_t i = 0; i < kBins; ++i) {
    const double one = Near(by_angle, i);
    square = std::max(square, one + Near(by_angle, (i + kRightAngle) % kBins));
    for (size_t j = i + kApart; j + kApart <= i + kBins && j < kBins; ++j) {
      skew = std::max(skew, one + Near(by_angle, j));
    }
  }
  return std::max(square < kMost * all ? 0 : square,
                  skew < kNearlyAll * all ? 0 : skew);
}

/// Direction of a segment on the floor in degrees, 0 to 180. Nullopt above the
/// horizon.
std::optional<double> FloorAngle(const Camera& camera,
                                 const LineSegment& segment) {
  const auto a = camera.FloorPoint(segment.start);
  const auto b = camera.FloorPoint(segment.end);
  if (!a || !b) return std::nullopt;
  const Eigen::Vector2d d = *b - *a;
  const double degrees = std::atan2(d.y(), d.x()) * 180 / std::numbers::pi;
  return degrees - 180 * std::floor(degrees / 180);
}

}  // namespace

SceneDoubts DoubtsOfFloor(const std::vector<BoundaryRun>& runs,
                          const cv::Mat& half_lab,
                          const cv::Mat& likelihood,
                          const cv::Mat& half_floor) {
  constexpr double kHardlySupported = 0.3;
  SceneDoubts doubts;
  double seen = 0, width = 0;
  for (const BoundaryRun& run : runs) {
    const double part = run.to - run.from;
    width += part;
    if (run.along == Axis::kNone || run.support < kHardlySupported) {
      doubts.unseen += part;
    }
    if (run.along == Axis::kNone) continue;
    doubts.boundary += run.support * part;
    seen += part;
    for (const double t : {0.1, 0.5, 0.9}) {
      const double distance = run.Distance(run.from + t * part);
      if (std::isfinite(distance)) {
        doubts.farthest = std::max(doubts.farthest, distance);
      }
    }
  }
  if (seen > 0) doubts.boundary /= seen;
  if (width > 0) doubts.unseen /= width;
  const double floor = cv::countNonZero(half_floor);
  doubts.floor = floor / static_cast<double>(half_floor.total());
  if (floor > 0 && doubts.floor < 1) {
    doubts.contrast = cv::mean(likelihood, half_floor)[0] -
                      cv::mean(likelihood, ~half_floor)[0];
  }
  doubts.sky = SkyShare(half_lab);
  return doubts;
}

double ClutterOnFloor(const LayoutEvidence& evidence,
                      const cv::Mat& half_floor,
                      const FloorGloss& gloss) {
  constexpr double kClearContrast = 8;  // Lab
  const Camera& camera = evidence.camera();
  AngleHistogram by_angle{};
  double all = 0;
  for (size_t i = 0; i < evidence.segments().size(); ++i) {
    const LineSegment& segment = evidence.segments()[i];
    const Axis axis = evidence.axes()[i];
    const Eigen::Vector2d middle = segment.Midpoint() / 2;
    const cv::Point cell(static_cast<int>(middle.x()),
                         static_cast<int>(middle.y()));
    if (axis == Axis::kX || axis == Axis::kZ || axis == Axis::kOblique ||
        segment.is_sun || (axis == Axis::kY && gloss.f0 > 0) ||
        !cell.inside({0, 0, half_floor.cols, half_floor.rows}) ||
        !half_floor.at<uchar>(cell)) {
      continue;
    }
    const double weight =
        segment.weight * std::min(1.0, segment.contrast / kClearContrast);
    all += weight;
    if (const auto angle = FloorAngle(camera, segment)) {
      by_angle[static_cast<size_t>(*angle / kBinDegrees) % kBins] += weight;
    }
  }
  const double joints = JointsAmong(by_angle, all);
  return (all - joints) / (camera.width_px + camera.height_px);
}

double GridOnWalls(const LayoutEvidence& evidence,
                   const cv::Mat& half_floor,
                   const std::vector<BoundaryRun>& runs) {
  constexpr double kClearlyBelow = 0.02;  // the horizon
  constexpr double kClearlyBeyond = 1.05;
  const Camera& camera = evidence.camera();
  double along = 0, across = 0;
  for (size_t i = 0; i < evidence.segments().size(); ++i) {
    const LineSegment& segment = evidence.segments()[i];
    const Axis axis = evidence.axes()[i];
    if (axis != Axis::kX && axis != Axis::kZ) continue;
    const Eigen::Vector2d middle = segment.Midpoint();
    const cv::Point cell(static_cast<int>(middle.x() / 2),
                         static_cast<int>(middle.y() / 2));
    const Eigen::Vector3d ray = camera.Ray(middle);
    if (ray.y() > -kClearlyBelow ||
        !cell.inside({0, 0, half_floor.cols, half_floor.rows}) ||
        half_floor.at<uchar>(cell)) {
      continue;
    }
    const double azimuth = std::atan2(ray.x(), -ray.z());
    const auto run =
        std::find_if(runs.begin(), runs.end(), [&](const BoundaryRun& r) {
          return azimuth < r.to;
        });
    if (run == runs.end() ||
        (run->along != Axis::kX && run->along != Axis::kZ)) {
      continue;
    }
    const double reach = std::hypot(ray.x(), ray.z()) / -ray.y();
    if (reach < kClearlyBeyond * run->Distance(azimuth)) continue;
    (run->along == axis ? along : across) += segment.weight;
  }
  return std::sqrt(along * across) / (camera.width_px + camera.height_px);
}

bool IsOutdoors(const SceneDoubts& d) { return d.sky > 0.25; }

bool IsFurnished(const SceneDoubts& d) {
  return d.clutter > 0.85 || d.hidden > 0.3;
}

double ConfidenceOf(const SceneDoubts& d) {
  if (IsOutdoors(d)) return 0;  // whatever lines say, it is no room
  const double found = 0.5 * Ramp(d.box, 0.2, 1.3) +
                       0.25 * Ramp(d.boundary, 0.1, 0.8) +
                       0.25 * Ramp(d.contrast, 0.2, 2.0);
  return found * Halved(d.clutter, 0.5, 0.9) * Halved(d.unseen, 0.15, 0.5) *
         Halved(d.farthest, 9, 15) * Halved(d.grid, 0.3, 0.42) *
         (0.6 + 0.4 * Ramp(d.agreement, 0.3, 0.8));
}

SceneTrust TrustOf(const SceneDoubts& d) {
  if (IsOutdoors(d)) return SceneTrust::kNone;
  if (d.floor < 0.03 || IsFurnished(d)) return SceneTrust::kNone;
  const double confidence = ConfidenceOf(d);
  return confidence >= 0.5    ? SceneTrust::kRoom
         : confidence >= 0.25 ? SceneTrust::kFloorOnly
                              : SceneTrust::kNone;
}

}  // namespace stage::engine
