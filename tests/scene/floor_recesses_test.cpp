#include "engine/scene/floor_recesses.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

BoundaryRun BackWall(double away, double from, double to, double support) {
  BoundaryRun run{Axis::kX, -away};
  run.from = from;
  run.to = to;
  run.support = support;
  return run;
}

}  // namespace

TEST_CASE("FindRecesses: floor past the walls on both sides is one") {
  const auto recesses = FindRecesses({BackWall(3, -0.6, -0.2, 0.9),
                                      BackWall(5, -0.2, 0, 0.9),
                                      BackWall(6, 0, 0.1, 0.9),
                                      BackWall(3, 0.1, 0.6, 0.9)});
  REQUIRE(!recesses.empty());
  CHECK(recesses[0].from == doctest::Approx(-0.2));
  CHECK(recesses[0].to == doctest::Approx(0.1));
}

TEST_CASE("FindRecesses: beside a doorway the room's own wall is none") {
  const auto recesses = FindRecesses({BackWall(2, -0.6, -0.3, 0.9),
                                      BackWall(3, -0.3, 0, 0.9),
                                      BackWall(5, 0, 0.1, 0.9),
                                      BackWall(3, 0.1, 0.6, 0.9)});
  REQUIRE(recesses.size() == 1);
  CHECK(recesses[0].from == doctest::Approx(0));
  CHECK(recesses[0].to == doctest::Approx(0.1));
}

TEST_CASE("FindRecesses: a room that goes on to one side has none") {
  CHECK(FindRecesses({BackWall(3, -0.6, 0, 0.9), BackWall(5, 0, 0.6, 0.9)})
            .empty());
  CHECK(FindRecesses({BackWall(3, -0.6, 0, 0.9),
                      BackWall(2, 0, 0.2, 0.9),
                      BackWall(3, 0.2, 0.6, 0.9)})
            .empty());
}

TEST_CASE("SupportWithin: counts what lies in the directions asked for") {
  const std::vector<BoundaryRun> runs = {BackWall(3, -0.6, 0, 0.2),
                                         BackWall(5, 0, 0.6, 0.8)};
  CHECK(SupportWithin(runs, {{-0.1, 0.1}}) == doctest::Approx(0.5));
  CHECK(SupportWithin(runs, {{0.1, 0.2}}) == doctest::Approx(0.8));
  CHECK(SupportWithin(runs, {{2, 3}}) == 0);
}

TEST_CASE("ClearDirections: clears a band of the picture and no more") {
  Camera camera;
  camera.world_to_camera = WorldToCamera(0, 0, 0);
  camera.center_px = {50, 40};
  camera.focal_px = 50;
  camera.width_px = 100, camera.height_px = 80;
  cv::Mat mask(80, 100, CV_8U, cv::Scalar(255));
  ClearDirections(camera, {{0, 0.7853981633974483}}, mask);  // to 45 degrees
  CHECK(cv::countNonZero(mask) == 80 * 50);
  CHECK(mask.at<uchar>(70, 49) == 255);
  CHECK(mask.at<uchar>(70, 50) == 0);
  CHECK(mask.at<uchar>(5, 99) == 0);
}

}  // namespace stage::engine
