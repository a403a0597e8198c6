#include "engine/render/render.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/error.h"
#include "engine/render/room_prism.h"
#include "engine/render/view.h"
#include "render/rooms.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 240, kHeight = 160;

RenderOptions Options(int threads) {
  RenderOptions options;
  options.samples_per_pixel = 8;
  options.threads = threads;
  options.seed = 7;
  return options;
}

RenderObject At(std::shared_ptr<const Mesh> mesh,
                double x,
                double y,
                double z) {
  return {std::move(mesh), {x, y, z}, 0.3, false};
}

TEST_CASE("Render: a room without furniture is left alone") {
  const RenderLayers layers = Render(
      BoxRoom(kWidth, kHeight), ShadedPhoto(kWidth, kHeight), {}, Options(1));
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      REQUIRE(layers.coverage.at(x, y) == 0);
      for (int c = 0; c < 3; ++c) REQUIRE(layers.ratio.at(x, y, c) == 1);
    }
  }
}

TEST_CASE("Render: the same seed gives the same layers on 1, 2 and 3 threads") {
  const std::vector<RenderObject> objects = {
      At(BoxMesh({0.8f, 0.5f, 0.6f}, Matt(0.6f)), 0, 0, -2.5),
      At(SphereMesh(0.3f, Material{}), 0.9, 0, -2)};
  const Scene scene = BoxRoom(kWidth, kHeight);
  const ImageF photo = ShadedPhoto(kWidth, kHeight);
  const RenderLayers one = Render(scene, photo, objects, Options(1));
  for (const int threads : {2, 3}) {
    const RenderLayers other = Render(scene, photo, objects, Options(threads));
    CHECK(one.furniture == other.furniture);
    CHECK(one.coverage == other.coverage);
    CHECK(one.ratio == other.ratio);
    CHECK(one.object == other.object);
  }
}

TEST_CASE("Render: furniture is where the camera sees it") {
  const Scene scene = BoxRoom(kWidth, kHeight);
  const RenderLayers layers =
      Render(scene,
             EvenPhoto(kWidth, kHeight, 0.5f),
             {At(BoxMesh({1, 1, 1}, Matt(0.5f)), 0, 0, -3)},
             Options(2));
  const auto pixel = scene.camera.Project({0, 0.5, -2.5});
  REQUIRE(pixel);
  const int x = static_cast<int>(pixel->x()), y = static_cast<int>(pixel->y());
  CHECK(layers.coverage.at(x, y) == 1);
  CHECK(layers.object.at(x, y) == 1);
  CHECK(layers.depth.at(x, y) == doctest::Approx(2.6).epsilon(0.1));
  CHECK(layers.coverage.at(3, 3) == 0);
  CHECK(layers.object.at(3, 3) == 0);
}

TEST_CASE("Render: floor under and beside a box gets darker, never lighter") {
  const Scene scene = BoxRoom(kWidth, kHeight);
  const RenderLayers layers =
      Render(scene,
             EvenPhoto(kWidth, kHeight, 0.5f),
             {At(BoxMesh({1, 0.6f, 0.6f}, Matt(0.2f)), 0, 0, -2.6)},
             Options(2));
  float lowest = 10, highest = 0;
  for (size_t i = 0; i < layers.ratio.size_bytes() / sizeof(float); ++i) {
    lowest = std::min(lowest, layers.ratio.data()[i]);
    highest = std::max(highest, layers.ratio.data()[i]);
  }
  CHECK(lowest < 0.75f);
  CHECK(highest <= 1.0f);
  // Close to the box darker than a metre away.
  const auto near = scene.camera.Project({0, 0, -2.15});
  const auto far = scene.camera.Project({1.6, 0, -2.15});
  REQUIRE((near && far));
  CHECK(
      layers.ratio.at(static_cast<int>(near->x()),
                      static_cast<int>(near->y())) <
      layers.ratio.at(static_cast<int>(far->x()), static_cast<int>(far->y())) -
          0.05f);
}

TEST_CASE("Render: the wall in a narrow gap between two boards is shaded") {
  const Scene scene = BoxRoom(kWidth, kHeight);
  // 2 cm apart, 1 cm before the back wall; a pixel is about a centimetre.
  const auto board = BoxMesh({0.6f, 0.8f, 0.04f}, Matt(0.05f));
  const RenderLayers layers =
      Render(scene,
             EvenPhoto(kWidth, kHeight, 0.5f),
             {{board, {-0.31, 0.9, -3.93}, 0}, {board, {0.31, 0.9, -3.93}, 0}},
             Options(2));
  int seen = 0;
  for (double height = 1.0; height < 1.6; height += 0.02) {
    const auto pixel = scene.camera.Project({0, height, -4});
    REQUIRE(pixel);
    const int x = static_cast<int>(pixel->x());
    const int y = static_cast<int>(pixel->y());
    if (layers.coverage.at(x, y) > 0.7f) continue;
    ++seen;
    CHECK(layers.ratio.at(x, y) < 0.8f);
  }
  CHECK(seen > 5);
}

TEST_CASE("Render: a wall brighter than its light says gets no glow") {
  // No window explains the bright wall: dark floor and ceiling light it.
  const Scene scene = BoxRoom(kWidth, kHeight);
  ImageF photo = EvenPhoto(kWidth, kHeight, 0.02f);
  const View view(scene.camera, kWidth, kHeight);
  const RoomPrism prism(scene.room);
  constexpr float kWall = 0.6f;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const RoomHit hit =
          prism.Intersect(view.position(), view.Ray(x + 0.5f, y + 0.5f));
      if (hit.face < RoomPrism::kFirstWall || hit.point.z() > -3.9f) continue;
      for (int c = 0; c < 3; ++c) photo.at(x, y, c) = kWall;
    }
  }
  const RenderLayers layers =
      Render(scene,
             photo,
             {At(BoxMesh({1.2f, 0.8f, 0.5f}, Matt(0.8f)), 0, 0, -3.5)},
             Options(2));
  float highest = 0;
  for (size_t i = 0; i < layers.ratio.size_bytes() / sizeof(float); ++i) {
    highest = std::max(highest, layers.ratio.data()[i]);
  }
  CHECK(highest < 1.25f);
}

TEST_CASE("Render: a lamp lights the room around it") {
  Material shade = Matt(0.5f);
  shade.emission = {3, 2.6f, 2};
  const RenderLayers layers =
      Render(BoxRoom(kWidth, kHeight),
             EvenPhoto(kWidth, kHeight, 0.3f),
             {At(BoxMesh({0.3f, 0.3f, 0.3f}, shade), 0, 1, -3.7)},
             Options(2));
  const float* ratio = layers.ratio.data();
  CHECK(*std::max_element(
            ratio, ratio + layers.ratio.size_bytes() / sizeof(float)) > 1.3f);
}

TEST_CASE("Render: glass lets the room through") {
  Material glass;
  glass.kind = MaterialKind::kGlass;
  glass.opacity = 0.1f;
  glass.base_color = {0.9f, 1, 0.95f};
  const Scene scene = BoxRoom(kWidth, kHeight);
  const RenderLayers layers =
      Render(scene,
             EvenPhoto(kWidth, kHeight, 0.5f),
             {At(BoxMesh({1.2f, 0.02f, 0.8f}, glass), 0, 0.5, -2.6)},
             Options(2));
  const auto pixel = scene.camera.Project({0, 0.52, -2.6});
  REQUIRE(pixel);
  const float coverage = layers.coverage.at(static_cast<int>(pixel->x()),
                                            static_cast<int>(pixel->y()));
  CHECK(coverage > 0.05f);
  CHECK(coverage < 0.6f);
}

TEST_CASE("Render: nothing is drawn behind an obstacle of the photo") {
  Scene scene = BoxRoom(kWidth, kHeight);
  const std::vector<RenderObject> objects = {
      At(BoxMesh({0.6f, 0.6f, 0.6f}, Matt(0.5f)), 0, 0, -3)};
  const ImageF photo = EvenPhoto(kWidth, kHeight, 0.5f);
  const auto pixel = scene.camera.Project({0, 0.3, -2.7});
  REQUIRE(pixel);
  const int x = static_cast<int>(pixel->x()), y = static_cast<int>(pixel->y());
  CHECK(Render(scene, photo, objects, Options(2)).coverage.at(x, y) == 1);
  Obstacle island;
  island.footprint = {{-1, -2}, {-1, -1.5}, {1, -1.5}, {1, -2}};
  island.height = 1.2;
  scene.obstacles = {island};
  CHECK(Render(scene, photo, objects, Options(2)).coverage.at(x, y) == 0);
  // Where the photo shows floor the island does not reach, high as it seems.
  scene.free_floor = ImageU8(kWidth, kHeight, 1);
  scene.free_floor.at(x, y) = 255;
  const RenderLayers layers = Render(scene, photo, objects, Options(2));
  CHECK(layers.coverage.at(x, y) > 0.5f);
  CHECK(layers.coverage.at(x + 4, y) == 0);
}

TEST_CASE("Render: cancelling stops with an interruption") {
  RenderOptions options = Options(2);
  std::atomic<int> asked{0};
  options.cancelled = [&] { return ++asked > 20; };
  try {
    Render(BoxRoom(kWidth, kHeight),
           EvenPhoto(kWidth, kHeight, 0.5f),
           {At(BoxMesh({1, 1, 1}, Matt(0.5f)), 0, 0, -3)},
           options);
    FAIL("was not interrupted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kInterrupted);
  }
}

TEST_CASE("Render: progress rises to one") {
  RenderOptions options = Options(2);
  double last = 0;
  bool falls = false;
  options.progress = [&](double fraction) {
    falls |= fraction < last;
    last = fraction;
  };
  Render(BoxRoom(kWidth, kHeight),
         EvenPhoto(kWidth, kHeight, 0.5f),
         {At(BoxMesh({1, 1, 1}, Matt(0.5f)), 0, 0, -3)},
         options);
  CHECK_FALSE(falls);
  CHECK(last > 0.9);
}

}  // namespace
}  // namespace stage::engine
