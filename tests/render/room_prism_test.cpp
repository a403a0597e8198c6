#include "engine/render/room_prism.h"

#include <doctest/doctest.h>

#include <cmath>

#include "render/rooms.h"

namespace stage::engine {
namespace {

TEST_CASE("RoomPrism: rays in a box meet the face they point at") {
  const RoomPrism prism(BoxRoom(100, 100).room);
  const Eigen::Vector3f eye(0, 1.4f, 0);
  const RoomHit floor = prism.Intersect(eye, {0, -1, 0});
  CHECK(floor.face == RoomPrism::kFloor);
  CHECK(floor.distance == doctest::Approx(1.4));
  const RoomHit ceiling = prism.Intersect(eye, {0, 1, 0});
  CHECK(ceiling.face == RoomPrism::kCeiling);
  CHECK(ceiling.distance == doctest::Approx(1.2));
  const RoomHit back = prism.Intersect(eye, {0, 0, -1});
  CHECK(back.distance == doctest::Approx(4));
  CHECK(prism.faces()[back.face].normal.z() == doctest::Approx(1));
  const RoomHit right = prism.Intersect(eye, {1, 0, 0});
  CHECK(right.distance == doctest::Approx(2.5));
  CHECK(prism.faces()[right.face].normal.x() == doctest::Approx(-1));
}

TEST_CASE("RoomPrism: wall faces follow the order of the layout's walls") {
  Scene scene = BoxRoom(100, 100);
  const RoomPrism prism(scene.room);
  const std::vector<Wall> walls = scene.room.Walls();
  REQUIRE(prism.faces().size() == walls.size() + RoomPrism::kFirstWall);
  for (size_t i = 0; i < walls.size(); ++i) {
    const RoomPrism::Face& face = prism.faces()[RoomPrism::kFirstWall + i];
    CHECK(face.normal.x() == doctest::Approx(walls[i].normal.x()));
    CHECK(face.normal.z() == doctest::Approx(walls[i].normal.y()));
    CHECK(face.axis_u.x() == doctest::Approx(walls[i].direction.x()));
    CHECK(face.length_u == doctest::Approx(walls[i].length));
  }
}

TEST_CASE("RoomPrism: an L-shaped room shows its inner corner first") {
  RoomLayout room;
  room.height = 2.5;
  room.floor = {{0, 0}, {0, 4}, {4, 4}, {4, 2}, {2, 2}, {2, 0}};
  const RoomPrism prism(room);
  const Eigen::Vector3f eye(3, 1, 3);
  // Towards -z the short wall at z = 2, not the far one at z = 0.
  CHECK(prism.Intersect(eye, {0, 0, -1}).distance == doctest::Approx(1));
  // From the other leg the ray passes the corner.
  CHECK(prism.Intersect({1, 1, 3}, {0, 0, -1}).distance == doctest::Approx(3));
  CHECK(prism.Contains(1, 1));
  CHECK_FALSE(prism.Contains(3, 1));
}

TEST_CASE("RoomPrism: every direction from inside meets a surface") {
  RoomLayout room;
  room.height = 2.5;
  room.floor = {{0, 0}, {0, 4}, {4, 4}, {4, 2}, {2, 2}, {2, 0}};
  const RoomPrism prism(room);
  int missed = 0;
  for (int i = 0; i < 5000; ++i) {
    const float z = 1 - 2 * (i + 0.5f) / 5000, phi = 2.39996f * i;
    const float r = std::sqrt(1 - z * z);
    const RoomHit hit =
        prism.Intersect({1, 1, 1}, {r * std::cos(phi), z, r * std::sin(phi)});
    if (hit.face < 0) ++missed;
  }
  CHECK(missed == 0);
}

}  // namespace
}  // namespace stage::engine
