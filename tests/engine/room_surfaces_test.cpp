#include "engine/pipeline/room_surfaces.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

/// A room of 4 x 3 m, 2.5 m high, seen level from its middle towards the wall
/// at z = -2, which has a window; a column stands in front on the left.
Scene BoxRoom() {
  Scene scene;
  scene.camera.width_px = 400;
  scene.camera.height_px = 300;
  scene.camera.focal_px = 150;
  scene.camera.center_px = {200, 150};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.camera.position = {0, 1.4, 0};
  scene.room.floor = {{-2, -2}, {-2, 1}, {2, 1}, {2, -2}};
  scene.room.height = 2.5;
  const std::vector<Wall> walls = scene.room.Walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    if (walls[i].normal.y() < 0.9) continue;
    scene.room.openings.push_back({.kind = OpeningKind::kWindow,
                                   .wall = static_cast<int>(i),
                                   .u0 = 1.5,
                                   .u1 = 2.5,
                                   .v0 = 0.9,
                                   .v1 = 2.0});
  }
  scene.foreground = ImageU8(40, 30, 1);
  for (int y = 10; y < 30; ++y) scene.foreground.at(2, y) = 255;
  return scene;
}

TEST_CASE(
    "RoomSurfaces: floor, walls, ceiling and openings lie where they do") {
  const Scene scene = BoxRoom();
  REQUIRE(scene.room.openings.size() == 1);
  const Image<RoomSurface> surfaces = RoomSurfaces(scene, 400, 300);
  const auto shows = [&](const Eigen::Vector3d& world, RoomSurface surface) {
    const auto pixel = scene.camera.Project(world);
    REQUIRE(pixel);
    CHECK(surfaces.at(static_cast<int>(pixel->x()),
                      static_cast<int>(pixel->y())) == surface);
  };
  shows({0.2, 0, -1.9}, RoomSurface::kFloor);
  shows({0, 1.5, -2}, RoomSurface::kWindow);
  shows({0, 0.85, -2}, RoomSurface::kWindow);  // its frame
  shows({0, 0.6, -2}, RoomSurface::kLowerWall);
  shows({1.6, 1.1, -2}, RoomSurface::kLowerWall);
  shows({1.6, 1.3, -2}, RoomSurface::kUpperWall);
  shows({2, 0.5, -1.8}, RoomSurface::kLowerWall);
  shows({0, 2.5, -1.9}, RoomSurface::kCeiling);
}

TEST_CASE("FreeMask: floor and lower walls, but nothing that stands in front") {
  const Scene scene = BoxRoom();
  const Image<RoomSurface> surfaces = RoomSurfaces(scene, 200, 150);
  const ImageU8 mask = FreeMask(scene, surfaces);
  int free = 0;
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 200; ++x) {
      const RoomSurface surface = surfaces.at(x, y);
      const bool column = x >= 10 && x < 15 && y >= 50;
      const bool wanted = !column && (surface == RoomSurface::kFloor ||
                                      surface == RoomSurface::kLowerWall);
      CHECK((mask.at(x, y) == 255) == wanted);
      free += wanted ? 1 : 0;
    }
  }
  CHECK(free > 200 * 150 / 4);
}

TEST_CASE("SegmentationPicture: pieces cover the room, in their own colours") {
  const Image<RoomSurface> surfaces = RoomSurfaces(BoxRoom(), 200, 150);
  Image<uint16_t> object(100, 75, 1);
  object.at(50, 70) = 2;
  const ImageU8 picture =
      SegmentationPicture(surfaces, object, {"bed", "sofa"});
  CHECK(picture.at(100, 140, 0) == 11);
  CHECK(picture.at(100, 140, 1) == 102);
  CHECK(picture.at(100, 140, 2) == 255);
  CHECK(picture.at(150, 149, 0) == 80);
}

}  // namespace
}  // namespace stage::engine
