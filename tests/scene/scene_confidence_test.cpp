#include "engine/scene/scene_confidence.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

constexpr int kWidth = 600, kHeight = 400;

Camera EyeAtOne() {
  Camera camera;
  camera.focal_px = 400;
  camera.width_px = kWidth, camera.height_px = kHeight;
  camera.center_px = {kWidth / 2.0, kHeight / 2.0};
  camera.position = {0, 1, 0};
  camera.world_to_camera = WorldToCamera(1, 0, 8);
  return camera;
}

LineSegment OnFloor(double x0, double z0, double x1, double z1) {
  LineSegment segment;
  segment.start = *EyeAtOne().Project({x0, 0, z0});
  segment.end = *EyeAtOne().Project({x1, 0, z1});
  segment.length = (segment.end - segment.start).norm();
  segment.weight = segment.length;
  segment.contrast = 10;
  return segment;
}

// The floor is thought to end at z = -3, where the joints of its far half
// are.
double GridOf(const std::vector<LineSegment>& segments) {
  const cv::Mat rgb(kHeight, kWidth, CV_8UC3, cv::Scalar(150, 140, 130));
  const LayoutEvidence evidence(rgb, segments, EyeAtOne());
  BoundaryRun wall{Axis::kX, -3};
  wall.from = -1;
  wall.to = 1;
  const Camera half = EyeAtOne().Resized(kWidth / 2, kHeight / 2);
  return GridOnWalls(evidence, BoundaryFloorMask(half, {wall}), {wall});
}

}  // namespace

TEST_CASE("GridOnWalls: joints of a floor past its supposed end are seen") {
  const LineSegment across = OnFloor(-1, -4.5, 1, -4.5);
  const LineSegment along = OnFloor(0.5, -3.4, 0.5, -7);
  CHECK(GridOf({across, along}) > 0.02);
  CHECK(GridOf({across}) == 0);  // as a skirting board's
  CHECK(GridOf({along}) == 0);
  // On what is known to be floor, joints are joints.
  CHECK(GridOf({OnFloor(-1, -2, 1, -2), OnFloor(0.5, -1.8, 0.5, -2.8)}) == 0);
}

TEST_CASE("TrustOf: a grid on the walls takes the trust from a good room") {
  SceneDoubts doubts;
  doubts.box = 1.2;
  doubts.boundary = 0.8;
  doubts.contrast = 2;
  doubts.floor = 0.3;
  doubts.farthest = 5;
  CHECK(TrustOf(doubts) == SceneTrust::kRoom);
  doubts.grid = 0.5;
  CHECK(TrustOf(doubts) == SceneTrust::kFloorOnly);
}

}  // namespace stage::engine
