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
constexpr float kStep = 0.05f;  // display values
// How far beside the outline an edge may lie, in parts of the long side.
constexpr double kBeside = 0.004;

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

struct Outline {
  int checked = 0, supported = 0;
};

/// Whether colours change across a place of the outline.
bool HasStep(const cv::Mat& picture,
             const Eigen::Vector2d& at,
             const Eigen::Vector2d& across) {
  const cv::Rect inside({0, 0}, picture.size());
  const double beside = kBeside * std::max(picture.cols, picture.rows);
  const auto sample = [&](double away) -> const cv::Vec3f* {
    const Eigen::Vector2d place = at + away * across;
    const cv::Point pixel(static_cast<int>(std::floor(place.x())),
                          static_cast<int>(std::floor(place.y())));
    return inside.contains(pixel) ? &picture.at<cv::Vec3f>(pixel) : nullptr;
  };
  for (int i = 0; i <= 2 * beside; ++i) {
    const double middle = i - beside;
    const cv::Vec3f* const before = sample(middle - 1.5);
    const cv::Vec3f* const after = sample(middle + 1.5);
    if (before && after && cv::norm(*before - *after) > kStep) return true;
  }
  return false;
}

void CheckEdge(const cv::Mat& picture,
               const cv::Mat& near,
               const Eigen::Vector2d& from,
               const Eigen::Vector2d& to,
               Outline& outline) {
  const double length = (to - from).norm();
  if (length < 2) return;
  const Eigen::Vector2d along = (to - from) / length;
  const Eigen::Vector2d across(-along.y(), along.x());
  // Parts along the picture's border are none of the room's.
  constexpr double kBorderPx = 3;
  const cv::Rect2d inside(kBorderPx,
                          kBorderPx,
                          picture.cols - 2 * kBorderPx,
                          picture.rows - 2 * kBorderPx);
  for (int step = 0; 2 * step < length; ++step) {
    const Eigen::Vector2d at = from + 2.0 * step * along;
    if (!inside.contains(cv::Point2d(at.x(), at.y()))) continue;
    if (near.at<uchar>(static_cast<int>(at.y()), static_cast<int>(at.x())) ==
        0) {
      continue;
    }
    ++outline.checked;
    if (HasStep(picture, at, across)) ++outline.supported;
  }
}

}  // namespace

bool FloorIsSeen(const Scene& scene,
                 const ImageF& picture,
                 const ImageU8& hole) {
  const std::vector<Eigen::Vector2d>& polygon = scene.floor_polygon_px;
  if (scene.outdoors || polygon.size() < 3) return false;
  if (scene.confidence < kLeastConfidence) return false;
  const cv::Mat near = Near(MatOf(hole));
  const Eigen::Vector2d scale(
      static_cast<double>(picture.width()) / scene.camera.width_px,
      static_cast<double>(picture.height()) / scene.camera.height_px);
  Outline outline;
  for (size_t i = 0; i < polygon.size(); ++i) {
    CheckEdge(MatOf(picture),
              near,
              polygon[i].cwiseProduct(scale),
              polygon[(i + 1) % polygon.size()].cwiseProduct(scale),
              outline);
  }
  return outline.supported >= kLeastSupported * outline.checked;
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
