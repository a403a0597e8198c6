#include "engine/scene/doorway_floor.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

/// A room of 4 x 5 m with an opening in its back wall, seen straight on.
Scene RoomWithOpening(OpeningKind kind) {
  Scene scene;
  scene.camera.width_px = 500, scene.camera.height_px = 400;
  scene.camera.center_px = {250, 200};
  scene.camera.focal_px = 300;
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.camera.position = {0, 1.4, 0};
  scene.room.floor = {{-2, -4}, {-2, 1}, {2, 1}, {2, -4}};
  Opening opening;
  opening.kind = kind;
  opening.wall = 3;  // the back
  opening.u0 = 1.2, opening.u1 = 2.4;
  opening.v1 = 2.05;
  scene.room.openings = {opening};
  return scene;
}

/// What looks like floor reaches up to this row within the opening's columns,
/// and to the foot of the back wall beside it.
cv::Mat LikelihoodUpTo(int row) {
  cv::Mat likelihood(400, 500, CV_32F, cv::Scalar(-1));
  likelihood.rowRange(305, 400) = 1;
  likelihood.rowRange(row, 400).colRange(150, 350) = 1;
  return likelihood;
}

int AddedPixels(OpeningKind kind, int row) {
  cv::Mat floor = cv::Mat::zeros(400, 500, CV_8U);
  floor.rowRange(305, 400) = 255;
  const int before = cv::countNonZero(floor);
  AddDoorwayFloor(RoomWithOpening(kind), LikelihoodUpTo(row), floor);
  return cv::countNonZero(floor) - before;
}

}  // namespace

TEST_CASE("AddDoorwayFloor: floor is seen through a passage") {
  // 1.2 m at 4 m are 90 pixels; 25 rows of them show the next room's floor.
  const int added = AddedPixels(OpeningKind::kPassage, 280);
  CHECK(added > 90 * 25 * 0.9);
  CHECK(added < 90 * 25 * 1.15);
}

TEST_CASE("AddDoorwayFloor: a closed door of the floor's colour is no floor") {
  CHECK(AddedPixels(OpeningKind::kDoor, 120) == 0);
}

TEST_CASE("AddDoorwayFloor: through windows no floor is seen") {
  CHECK(AddedPixels(OpeningKind::kWindow, 280) == 0);
}

}  // namespace stage::engine
