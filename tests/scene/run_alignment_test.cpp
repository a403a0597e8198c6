#include "engine/scene/run_alignment.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace stage::engine {
namespace {

Camera LevelCamera() {
  Camera camera;
  camera.width_px = 400;
  camera.height_px = 300;
  camera.focal_px = 260;
  camera.center_px = {200, 150};
  camera.world_to_camera = WorldToCamera(0, 0, 0);
  camera.position = {0, 1, 0};
  return camera;
}

/// A floor that ends at these walls, told by its colour without doubt.
cv::Mat LikelihoodOf(const Camera& camera,
                     const std::vector<BoundaryRun>& walls) {
  cv::Mat likelihood;
  BoundaryFloorMask(camera, walls).convertTo(likelihood, CV_32F, 2 / 255.0, -1);
  return likelihood;
}

BoundaryRun Back(double plane) {
  BoundaryRun run{Axis::kX, plane};
  run.from = -0.5;
  run.to = 0.5;
  return run;
}

BoundaryRun Turned(double plane, double degrees) {
  BoundaryRun run = Back(plane);
  const double turn = degrees * M_PI / 180;
  run.along = Axis::kOblique;
  run.oblique_normal = {-std::sin(turn), std::cos(turn)};
  return run;
}

TEST_CASE("AlignWeakRuns: a wall without lines moves to where floor ends") {
  const Camera camera = LevelCamera();
  const cv::Mat likelihood = LikelihoodOf(camera, {Back(-3)});
  std::vector<BoundaryRun> runs = {Back(-3.4)};
  AlignWeakRuns(FloorPanorama(camera), likelihood, runs);
  CHECK(runs[0].along == Axis::kX);
  CHECK(runs[0].plane == doctest::Approx(-3).epsilon(0.04));
  CHECK(runs[0].support > 0.4);
}

TEST_CASE("AlignWeakRuns: a wall that is not quite square is turned") {
  const Camera camera = LevelCamera();
  const BoundaryRun truth = Turned(-3, 9);
  std::vector<BoundaryRun> runs = {Back(-3)};
  AlignWeakRuns(FloorPanorama(camera), LikelihoodOf(camera, {truth}), runs);
  REQUIRE(runs[0].along == Axis::kOblique);
  for (const double azimuth : {-0.45, 0.0, 0.45}) {
    CHECK(runs[0].Distance(azimuth) ==
          doctest::Approx(truth.Distance(azimuth)).epsilon(0.05));
  }
}

TEST_CASE("AlignWeakRuns: what lines support stays where it is") {
  const Camera camera = LevelCamera();
  const cv::Mat likelihood = LikelihoodOf(camera, {Back(-3)});
  std::vector<BoundaryRun> runs = {Back(-3.4)};
  runs[0].support = 0.9;
  AlignWeakRuns(FloorPanorama(camera), likelihood, runs);
  CHECK(runs[0].plane == -3.4);
}

TEST_CASE("AlignWeakRuns: colour without an edge moves nothing") {
  const Camera camera = LevelCamera();
  std::vector<BoundaryRun> runs = {Back(-3.4)};
  AlignWeakRuns(
      FloorPanorama(camera), cv::Mat(300, 400, CV_32F, cv::Scalar(0.5)), runs);
  CHECK(runs[0].plane == -3.4);
  CHECK(runs[0].along == Axis::kX);
}

TEST_CASE("JoinPair: an oblique wall ends in the corner with its neighbour") {
  BoundaryRun left = Back(-3);
  left.to = 0.1;
  BoundaryRun right = Turned(-2.5, 40);
  right.from = 0.1;
  right.to = 0.9;
  const Eigen::Vector2d corner = CornerOf(left, right);
  CHECK(corner.y() == doctest::Approx(-3));
  CHECK(right.Normal().dot(corner) == doctest::Approx(-2.5));
  JoinPair(left, right, 1.0);
  CHECK(left.to == right.from);
  CHECK(left.Distance(left.to) == doctest::Approx(right.Distance(right.from)));
}

}  // namespace
}  // namespace stage::engine
