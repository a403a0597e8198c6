#include "engine/scene/scene_confidence.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

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

/// Parallel lines on the floor, `degrees` from straight ahead.
void AddJoints(double degrees, std::vector<LineSegment>& segments) {
  const double angle = degrees * std::numbers::pi / 180;
  const Eigen::Vector2d d(std::sin(angle), -std::cos(angle));
  for (double x = -0.8; x < 0.9; x += 0.4) {
    const Eigen::Vector2d middle(x, -3);
    const Eigen::Vector2d a = middle - 0.3 * d, b = middle + 0.3 * d;
    segments.push_back(OnFloor(a.x(), a.y(), b.x(), b.y()));
  }
}

double ClutterOf(const std::vector<LineSegment>& segments) {
  const cv::Mat rgb(kHeight, kWidth, CV_8UC3, cv::Scalar(150, 140, 130));
  const cv::Mat floor(kHeight / 2, kWidth / 2, CV_8U, cv::Scalar(255));
  return ClutterOnFloor(
      LayoutEvidence(rgb, segments, EyeAtOne()), floor, FloorGloss{});
}

}  // namespace

TEST_CASE("ClutterOnFloor: joints of tiles laid at an angle are no furniture") {
  std::vector<LineSegment> lines;
  AddJoints(40, lines);
  AddJoints(-50, lines);
  CHECK(ClutterOf(lines) == doctest::Approx(0));
  // Not square, for the focal length is not quite right.
  lines.clear();
  AddJoints(40, lines);
  AddJoints(-36, lines);
  CHECK(ClutterOf(lines) == doctest::Approx(0));
  for (const double degrees : {20, 60, -20, -65}) AddJoints(degrees, lines);
  CHECK(ClutterOf(lines) > 0.1);
}

TEST_CASE("GridOnWalls: joints of a floor past its supposed end are seen") {
  const LineSegment across = OnFloor(-1, -4.5, 1, -4.5);
  const LineSegment along = OnFloor(0.5, -3.4, 0.5, -7);
  CHECK(GridOf({across, along}) > 0.02);
  CHECK(GridOf({across}) == 0);  // as a skirting board's
  CHECK(GridOf({along}) == 0);
  // On what is known to be floor, joints are joints.
  CHECK(GridOf({OnFloor(-1, -2, 1, -2), OnFloor(0.5, -1.8, 0.5, -2.8)}) == 0);
}

TEST_CASE("TrustOf: nothing is put into a room whose floor is full") {
  SceneDoubts doubts;
  doubts.box = 1.2;
  doubts.boundary = 0.8;
  doubts.contrast = 2;
  doubts.floor = 0.3;
  CHECK(TrustOf(doubts) == SceneTrust::kRoom);
  doubts.clutter = 1;
  CHECK(IsFurnished(doubts));
  CHECK(TrustOf(doubts) == SceneTrust::kNone);
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
