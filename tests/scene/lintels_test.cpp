#include "engine/scene/lintels.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr double kEnd = 0.1, kEdge = 0.6;  // radians
constexpr double kWall = -3, kBeyond = -6, kCeiling = 2;

// A back wall that ends, floor seen past its end up to the picture's edge, and
// a line on the wall's plane at height `up` above that floor.
std::vector<BoundaryRun> CarriedWithLineAt(double up) {
  Camera camera;
  camera.width_px = 800, camera.height_px = 600;
  camera.center_px = {400, 300};
  camera.focal_px = 500;
  camera.world_to_camera = WorldToCamera(0, 0, 0);
  camera.position = {0, 1, 0};
  LineSegment line;
  line.start = *camera.Project({-kWall * std::tan(kEnd), up, kWall});
  line.end = *camera.Project({-kWall * std::tan(kEdge), up, kWall});
  line.weight = line.length = (line.end - line.start).norm();
  line.contrast = 20;
  BoundaryRun wall{Axis::kX, kWall}, beyond{Axis::kX, kBeyond};
  wall.from = -kEdge;
  wall.to = beyond.from = kEnd;
  beyond.to = kEdge;
  const cv::Mat rgb(600, 800, CV_8UC3, cv::Scalar(150, 150, 150));
  return CarryUnderLintels(
      LayoutEvidence(rgb, {line}, camera), kCeiling, {wall, beyond});
}

}  // namespace

TEST_CASE("CarryUnderLintels: a wall with a lintel goes on across a passage") {
  const auto runs = CarriedWithLineAt(1.6);
  REQUIRE(runs.size() == 2);
  CHECK(runs[1].plane == kWall);
}

TEST_CASE("CarryUnderLintels: the farther wall's ceiling is no lintel") {
  // Seen at half the height above the eye, for it is twice as far.
  CHECK(CarriedWithLineAt(1 + (kCeiling - 1) * kWall / kBeyond)[1].plane ==
        kBeyond);
}

TEST_CASE("CarryUnderLintels: without a lintel a room goes on") {
  CHECK(CarriedWithLineAt(0.7)[1].plane == kBeyond);
  CHECK(CarriedWithLineAt(kCeiling)[1].plane == kBeyond);
}

}  // namespace stage::engine
