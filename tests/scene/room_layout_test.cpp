#include "engine/scene/room_layout.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

RoomLayout LShapedRoom() {
  RoomLayout room;
  room.floor = {{-2, -4}, {-2, 1}, {3, 1}, {3, -2}, {1, -2}, {1, -4}};
  return room;
}

TEST_CASE("RoomLayout: every wall's normal points into the room") {
  const RoomLayout room = LShapedRoom();
  for (const Wall& wall : room.Walls()) {
    const Eigen::Vector2d middle =
        wall.start + wall.direction * (wall.length / 2);
    CHECK(room.Contains(middle + 0.01 * wall.normal));
    CHECK_FALSE(room.Contains(middle - 0.01 * wall.normal));
  }
}

TEST_CASE("RoomLayout: the area of an L is that of its two parts") {
  CHECK(LShapedRoom().FloorArea() == doctest::Approx(3 * 5 + 2 * 3));
}

TEST_CASE("RoomLayout: scaling scales walls, ceiling and openings alike") {
  RoomLayout room = LShapedRoom();
  room.height = 2.5;
  room.openings.push_back({OpeningKind::kDoor, 0, 1, 2, 0, 2, 1});
  const double area = room.FloorArea();
  room.Scale(1.5);
  CHECK(room.FloorArea() == doctest::Approx(2.25 * area));
  CHECK(room.height == doctest::Approx(3.75));
  CHECK(room.openings[0].u1 == doctest::Approx(3));
  CHECK(room.openings[0].v1 == doctest::Approx(3));
}

}  // namespace
}  // namespace stage::engine
