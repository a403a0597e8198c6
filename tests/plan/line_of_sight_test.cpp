#include "engine/plan/line_of_sight.h"

#include <doctest/doctest.h>

#include "plan/random_room.h"

using stage::engine::FloorRect;
using stage::engine::LineOfSight;
using stage::engine::Scene;

namespace {

/// 4 m wide and 5 m long, with a pier from x = 1 to the right wall that
/// reaches from 2.5 m to 3.5 m before the camera at (0, 1.4, 0).
Scene RoomWithPier() {
  Scene scene = stage::test::BoxRoom(4, 5, 1);
  scene.room.floor = {{-2, -5},
                      {-2, 1},
                      {2, 1},
                      {2, -2.5},
                      {1, -2.5},
                      {1, -3.5},
                      {2, -3.5},
                      {2, -5}};
  scene.room.wall_is_real.clear();
  scene.room.wall_is_visible.clear();
  return scene;
}

}  // namespace

TEST_CASE("LineOfSight: a pier hides what stands in the corner behind it") {
  const LineOfSight sight(RoomWithPier());
  CHECK(sight.BehindWalls({{1.7, -4.2}, 0, 0.4, 0.4}, 0, 1) == 1);
  CHECK(sight.BehindWalls({{-1, -4.2}, 0, 0.8, 0.8}, 0, 1) == 0);
  // The way past the pier's near edge (1, -2.5) meets z = -4.2 at x = 1.68,
  // past its far one (1, -3.5) at 1.2: the middle of this one is at the edge.
  const double half = sight.BehindWalls({{1.2, -4.2}, 0, 0.6, 0.02}, 0, 1);
  CHECK(half > 0.3);
  CHECK(half < 0.7);
}

TEST_CASE("LineOfSight: walls that nobody is sure of hide nothing") {
  Scene scene = RoomWithPier();
  scene.trust = stage::engine::SceneTrust::kFloorOnly;
  CHECK(LineOfSight(scene).BehindWalls({{1.7, -4.2}, 0, 0.4, 0.4}, 0, 1) == 0);
}

TEST_CASE("LineOfSight: a low thing hides only what is low behind it") {
  Scene scene = stage::test::BoxRoom(4, 5, 1);
  scene.obstacles.push_back({{{-1, -2}, {-1, -1.8}, {1, -1.8}, {1, -2}}, 0.7});
  const LineOfSight sight(scene);
  const FloorRect behind{{0, -3}, 0, 0.5, 0.5};
  CHECK(sight.BehindObstacles(behind, 0, 0.2) == 1);
  // From 1.4 m over an edge 0.7 m high and 2 m away, 3 m away all above
  // 0.35 m is in sight.
  CHECK(sight.BehindObstacles(behind, 0.6, 2) == 0);
  CHECK(sight.BehindObstacles({{0, -1.2}, 0, 0.5, 0.5}, 0, 0.2) == 0);
}
