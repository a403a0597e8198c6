#include "engine/edit/floor_under_mask.h"

#include <algorithm>
#include <vector>

#include "engine/edit/upright_view.h"

namespace stage::engine {
namespace {

constexpr double kLowestEye = 1.1, kHighestEye = 1.5;  // metres
constexpr double kCeilingAbove = 1.2, kAround = 0.3, kBehindCamera = 1.5;
constexpr double kFarthest = 15;       // metres; rooms end before
constexpr double kMostAbove = 0.01;    // of the mask, over the horizon
constexpr double kLeastAtEdge = 0.15;  // of the picture's width
constexpr int kLowestRows = 200;       // of so many parts of the height: 1
constexpr int kSamples = 300;          // along the long edge

/// Of the picture's width, where the mask comes to its lower edge.
double ShareAtEdge(const ImageU8& mask) {
  const int rows = std::max(1, mask.height() / kLowestRows);
  int reached = 0;
  for (int x = 0; x < mask.width(); ++x) {
    bool any = false;
    for (int y = mask.height() - rows; y < mask.height(); ++y) {
      any |= mask.at(x, y) != 0;
    }
    reached += any ? 1 : 0;
  }
  return reached / static_cast<double>(mask.width());
}

/// Around floor points and the camera; corners as RoomLayout has them.
std::vector<Eigen::Vector2d> Rectangle(
    const std::vector<Eigen::Vector2d>& points) {
  double left = -kAround, right = kAround, far = 0;
  for (const Eigen::Vector2d& point : points) {
    left = std::min(left, point.x() - kAround);
    right = std::max(right, point.x() + kAround);
    far = std::min(far, point.y() - 0.01);
  }
  return {
      {left, far}, {left, kBehindCamera}, {right, kBehindCamera}, {right, far}};
}

}  // namespace

MaskedFloor FloorUnderMask(const Scene& scene,
                           const ImageU8& srgb,
                           const ImageU8& mask) {
  MaskedFloor floor;
  if (ShareAtEdge(mask) < kLeastAtEdge) {
    floor.doubt =
        "whether the mask lies on its floor cannot be told, for it does not "
        "come to the lower edge of the picture";
    return floor;
  }
  const Tilt tilt = MeasureTilt(srgb, scene.camera);
  if (!tilt.doubt.empty()) {
    floor.doubt = tilt.doubt;
    return floor;
  }
  Camera camera = tilt.camera;
  const double eye =
      std::clamp(scene.camera.position.y(), kLowestEye, kHighestEye);
  camera.position = {0, eye, 0};
  std::vector<Eigen::Vector2d> points;
  int all = 0, above = 0;
  const int step =
      std::max(1, std::max(mask.width(), mask.height()) / kSamples);
  for (int y = 0; y < mask.height(); y += step) {
    for (int x = 0; x < mask.width(); x += step) {
      if (mask.at(x, y) == 0) continue;
      ++all;
      const auto point = camera.FloorPoint({x + 0.5, y + 0.5});
      if (point && point->norm() < kFarthest) {
        points.push_back(*point);
      } else {
        ++above;
      }
    }
  }
  if (above > kMostAbove * all) {
    floor.doubt = "the mask rises above where a floor can be";
    return floor;
  }
  floor.scene.camera = camera;
  floor.scene.confidence = scene.confidence;
  floor.scene.trust = SceneTrust::kFloorOnly;
  floor.scene.room.floor = Rectangle(points);
  floor.scene.room.height = eye + kCeilingAbove;
  return floor;
}

}  // namespace stage::engine
