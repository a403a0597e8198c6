#include "engine/render/render_room.h"

#include <doctest/doctest.h>

#include <cmath>

#include "render/rooms.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 90, kHeight = 60;

// A closed room of slabs with one window in the left wall, at x = -2.5.
RoomModel WindowRoom() {
  RoomModel room;
  auto add = [&](const Eigen::Vector3f& size, double x, double y, double z) {
    room.objects.push_back({BoxMesh(size, Matt(0.7f)), {x, y, z}, 0, false});
  };
  add({5.4f, 0.2f, 5.4f}, 0, -0.2, -1.5);  // floor
  add({5.4f, 0.2f, 5.4f}, 0, 2.6, -1.5);   // ceiling
  add({5.4f, 2.6f, 0.2f}, 0, 0, -4.1);     // back
  add({5.4f, 2.6f, 0.2f}, 0, 0, 1.1);      // front
  add({0.2f, 2.6f, 5}, 2.6, 0, -1.5);      // right
  add({0.2f, 0.9f, 5}, -2.6, 0, -1.5);     // left, below the window
  add({0.2f, 0.4f, 5}, -2.6, 2.2, -1.5);   // above
  add({0.2f, 1.3f, 2}, -2.6, 0.9, -3.0);   // beside
  add({0.2f, 1.3f, 1.5f}, -2.6, 0.9, 0.25);
  room.portals.push_back({{-2.6, 0.9, -0.5}, {0, 0, -1.5}, {0, 1.3, 0}});
  return room;
}

double MeanOf(const ImageF& image) {
  double sum = 0;
  const size_t count = image.size_bytes() / sizeof(float);
  for (size_t i = 0; i < count; ++i) sum += image.data()[i];
  return sum / count;
}

RenderOptions Options(int samples) {
  RenderOptions options;
  options.samples_per_pixel = samples;
  options.threads = 2;
  return options;
}

TEST_CASE("RenderRoom: daylight enters through the window only") {
  const Camera camera = BoxRoom(kWidth, kHeight).camera;
  RoomModel room = WindowRoom();
  const ImageF lit = RenderRoom(room, camera, kWidth, kHeight, Options(16));
  CHECK(MeanOf(lit) > 0.02);
  // The portal's normal points into the room: the other way round it is dark.
  std::swap(room.portals[0].edge_u, room.portals[0].edge_v);
  CHECK(MeanOf(RenderRoom(room, camera, kWidth, kHeight, Options(4))) < 1e-4);
}

TEST_CASE("RenderRoom: the sun makes a bright patch on the floor") {
  const Camera camera = BoxRoom(kWidth, kHeight).camera;
  RoomModel room = WindowRoom();
  room.daylight.to_sun = {-1, 0.8, 0.1};
  const ImageF cloudy = RenderRoom(room, camera, kWidth, kHeight, Options(16));
  room.daylight.sun_irradiance = {60, 55, 48};
  const ImageF sunny = RenderRoom(room, camera, kWidth, kHeight, Options(16));
  float most = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      most = std::max(most, sunny.at(x, y, 0) - cloudy.at(x, y, 0));
    }
  }
  // 60 / pi * albedo 0.7 * the sun's slant is about 8.
  CHECK(most > 5);
  CHECK(most < 14);
}

TEST_CASE("RenderRoom: the same seed gives the same picture on any threads") {
  const Camera camera = BoxRoom(kWidth, kHeight).camera;
  const RoomModel room = WindowRoom();
  RenderOptions options = Options(4);
  options.threads = 1;
  const ImageF one = RenderRoom(room, camera, kWidth, kHeight, options);
  options.threads = 3;
  CHECK(RenderRoom(room, camera, kWidth, kHeight, options) == one);
}

}  // namespace
}  // namespace stage::engine
