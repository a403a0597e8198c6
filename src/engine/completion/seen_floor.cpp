#include "engine/completion/seen_floor.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"
#include "engine/render/room_prism.h"

namespace stage::engine {
namespace {

// How far around a hole the outline matters, in parts of the hole's side.
constexpr double kReachInHoles = 0.6;
constexpr double kLeastReach = 0.04;  // of the picture's long side
// Below this not even the camera's height over the floor is known.
constexpr double kLeastConfidence = 0.2;
// Of the outline there, that lies on edges.
constexpr double kLeastSupported = 0.6;
constexpr double kStep = 0.05;  // display values
// How far beside the outline an edge may lie, in parts of the long side.
constexpr double kBeside = 0.004;
// How far the photo's own edge is looked for, and at how many places at least.
constexpr double kLookedFor = 0.015;
constexpr int kLeastPlaces = 25;

/// The pixels around a hole that matter.
cv::Mat Near(const cv::Mat& open) {
  const double side = std::sqrt(static_cast<double>(cv::countNonZero(open)));
  const double reach = std::max(kReachInHoles * side,
                                kLeastReach * std::max(open.cols, open.rows));
  cv::Mat distance;
  cv::distanceTransform(open == 0, distance, cv::DIST_L2, 3);
  return (distance > 2) & (distance <= reach);
}

/// 255 on the floor.
cv::Mat FloorOf(const Scene& scene, const cv::Size& size) {
  cv::Mat floor(size, CV_8U, cv::Scalar(0));
  std::vector<cv::Point> outline;
  for (const Eigen::Vector2d& p : scene.floor_polygon_px) {
    outline.emplace_back(
        static_cast<int>(p.x() * size.width / scene.camera.width_px),
        static_cast<int>(p.y() * size.height / scene.camera.height_px));
  }
  if (outline.size() >= 3) cv::fillPoly(floor, {outline}, cv::Scalar(255));
  return floor;
}

/// As fine as readings are compared.
cv::Mat Reduced(const ImageU8& hole) {
  constexpr int kLongSidePx = 500;
  const double shrink = std::min(
      1.0,
      static_cast<double>(kLongSidePx) / std::max(hole.width(), hole.height()));
  cv::Mat open;
  cv::resize(MatOf(hole), open, {}, shrink, shrink, cv::INTER_NEAREST);
  return open;
}

struct Step {
  double away = 0;  ///< from the outline, pixels
  double size = 0;  ///< display values
};

/// The largest change of colours across a place of the outline.
Step LargestStep(const cv::Mat& picture,
                 const Eigen::Vector2d& at,
                 const Eigen::Vector2d& across,
                 double beside) {
  const cv::Rect inside({0, 0}, picture.size());
  const auto sample = [&](double away) -> const cv::Vec3f* {
    const Eigen::Vector2d place = at + away * across;
    const cv::Point pixel(static_cast<int>(std::floor(place.x())),
                          static_cast<int>(std::floor(place.y())));
    return inside.contains(pixel) ? &picture.at<cv::Vec3f>(pixel) : nullptr;
  };
  Step largest;
  for (int i = 0; i <= 2 * beside; ++i) {
    const double middle = i - beside;
    const cv::Vec3f* const before = sample(middle - 1.5);
    const cv::Vec3f* const after = sample(middle + 1.5);
    if (before == nullptr || after == nullptr) continue;
    const double size = cv::norm(*before - *after);
    const double away = std::abs(middle);
    if (size > largest.size || (size == largest.size && away < largest.away)) {
      largest = {away, size};
    }
  }
  return largest;
}

/// Looks across each place of a floor's outline that is seen near the hole.
std::vector<Step> StepsAlongOutline(const Scene& scene,
                                    const cv::Mat& picture,
                                    const cv::Mat& near,
                                    double beside) {
  // Parts along the picture's border are none of the room's.
  constexpr double kBorderPx = 3;
  const cv::Rect2d inside(kBorderPx,
                          kBorderPx,
                          picture.cols - 2 * kBorderPx,
                          picture.rows - 2 * kBorderPx);
  const Eigen::Vector2d scale(
      static_cast<double>(picture.cols) / scene.camera.width_px,
      static_cast<double>(picture.rows) / scene.camera.height_px);
  const std::vector<Eigen::Vector2d>& polygon = scene.floor_polygon_px;
  std::vector<Step> steps;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d from = polygon[i].cwiseProduct(scale);
    const Eigen::Vector2d way =
        polygon[(i + 1) % polygon.size()].cwiseProduct(scale) - from;
    const double length = way.norm();
    if (length < 2) continue;
    const Eigen::Vector2d along = way / length;
    for (int step = 0; 2 * step < length; ++step) {
      const Eigen::Vector2d at = from + 2.0 * step * along;
      if (!inside.contains(cv::Point2d(at.x(), at.y())) ||
          near.at<uchar>(static_cast<int>(at.y()), static_cast<int>(at.x())) ==
              0) {
        continue;
      }
      steps.push_back(
          LargestStep(picture, at, {-along.y(), along.x()}, beside));
    }
  }
  return steps;
}

}  // namespace

bool FloorIsSeen(const Scene& scene,
                 const ImageF& picture,
                 const ImageU8& hole) {
  const std::vector<Eigen::Vector2d>& polygon = scene.floor_polygon_px;
  if (scene.outdoors || polygon.size() < 3) return false;
  if (scene.confidence < kLeastConfidence) return false;
  const double beside = kBeside * std::max(picture.width(), picture.height());
  const std::vector<Step> steps =
      StepsAlongOutline(scene, MatOf(picture), Near(MatOf(hole)), beside);
  const auto supported = std::count_if(
      steps.begin(), steps.end(), [](const Step& s) { return s.size > kStep; });
  return static_cast<double>(supported) >=
         kLeastSupported * static_cast<double>(steps.size());
}

std::optional<double> OutlineOffset(const Scene& scene,
                                    const ImageU8& srgb,
                                    const ImageU8& hole) {
  cv::Mat picture, open;
  MatOf(srgb).convertTo(picture, CV_32FC3, 1.0 / 255);
  cv::resize(MatOf(hole), open, picture.size(), 0, 0, cv::INTER_NEAREST);
  const double side = std::max(picture.cols, picture.rows);
  double sum = 0;
  int count = 0;
  for (const Step& step :
       StepsAlongOutline(scene, picture, Near(open), kLookedFor * side)) {
    if (step.size <= kStep) continue;
    sum += step.away;
    ++count;
  }
  if (count < kLeastPlaces) return std::nullopt;
  return sum / count / side;
}

double FloorDisagreement(const Scene& a, const Scene& b, const ImageU8& hole) {
  const cv::Mat open = Reduced(hole);
  const cv::Mat near = Near(open);
  const cv::Mat differs =
      (FloorOf(a, open.size()) ^ FloorOf(b, open.size())) & near;
  return static_cast<double>(cv::countNonZero(differs)) /
         std::max(1, cv::countNonZero(near));
}

double FloorBeyondWalls(const Scene& scene, const ImageU8& hole) {
  const cv::Mat open = Reduced(hole);
  const cv::Mat floor = FloorOf(scene, open.size()) & Near(open);
  const Camera camera = scene.camera.Resized(open.cols, open.rows);
  const RoomPrism prism(scene.room);
  int seen = 0, beyond = 0;
  for (int y = 0; y < open.rows; ++y) {
    for (int x = 0; x < open.cols; ++x) {
      if (floor.at<uchar>(y, x) == 0) continue;
      const RoomHit hit =
          prism.Intersect(camera.position.cast<float>(),
                          camera.Ray({x + 0.5, y + 0.5}).cast<float>());
      ++seen;
      beyond += hit.face != RoomPrism::kFloor;
    }
  }
  return static_cast<double>(beyond) / std::max(1, seen);
}

}  // namespace stage::engine
