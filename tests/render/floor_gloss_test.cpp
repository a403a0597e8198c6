#include "engine/render/floor_gloss.h"

#include <doctest/doctest.h>

#include <cmath>

#include "render/rooms.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 240, kHeight = 160;
constexpr float kMirror = 0.04f;

// Mirror light on the floor of an even room in which a box stands.
ImageF GlossOf(const Material& material, float f0, float roughness = 0.05f) {
  const Scene scene = BoxRoom(kWidth, kHeight);
  const ImageF photo = EvenPhoto(kWidth, kHeight, 0.4f);
  const LightField field = FitLight(scene, photo);
  const PhotoIllumination light(field, photo);
  const std::vector<RenderObject> objects = {
      {BoxMesh({0.8f, 0.8f, 0.8f}, material), {0, 0, -3.2}, 0, false}};
  const FurnitureGeometry geometry(objects);
  const PathTracer tracer(geometry, light);
  return FloorGloss(tracer, light, f0, roughness, 3, {2, {}, {}});
}

// The floor before the box that mirrors its front to the camera.
float BeforeTheBox(const ImageF& gloss) {
  const auto pixel = BoxRoom(kWidth, kHeight).camera.Project({0, 0, -2.55});
  REQUIRE(pixel);
  return gloss.at(
      static_cast<int>(pixel->x()), static_cast<int>(pixel->y()), 1);
}

TEST_CASE("FloorGloss: a matt floor mirrors nothing") {
  CHECK(GlossOf(Matt(0.5f), 0).empty());
}

TEST_CASE("FloorGloss: a dark box takes light from the floor before it") {
  const float change = BeforeTheBox(GlossOf(Matt(0.02f), kMirror));
  // At a slant the floor mirrors more than straight on: Fresnel.
  CHECK(change < -kMirror * 0.4f * 0.8f);
  CHECK(change > -0.4f);
}

TEST_CASE("FloorGloss: a lamp shines in the floor, more in a better mirror") {
  Material lamp = Matt(0);
  lamp.emission = {1, 1, 1};
  const float weak = BeforeTheBox(GlossOf(lamp, kMirror));
  const float strong = BeforeTheBox(GlossOf(lamp, 2 * kMirror));
  CHECK(weak > kMirror * (1 - 0.4f) * 0.8f);
  CHECK(strong > 1.3f * weak);
}

TEST_CASE("FloorGloss: nothing changes off the floor") {
  const ImageF gloss = GlossOf(Matt(0.02f), kMirror, 0.3f);
  const Scene scene = BoxRoom(kWidth, kHeight);
  const RoomPrism prism(scene.room);
  const View view(scene.camera, kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const RoomHit hit =
          prism.Intersect(view.position(), view.Ray(x + 0.5f, y + 0.5f));
      if (hit.face != RoomPrism::kFloor) REQUIRE(gloss.at(x, y, 1) == 0);
    }
  }
}

}  // namespace
TEST_CASE("LimitGloss: takes away what is mirrored, not the floor's colour") {
  const Color boards(0.25f, 0.14f, 0.08f);
  const auto limited = [&](const Color& photo, const Color& change) {
    ImageF picture(1, 1, 3), gloss(1, 1, 3);
    const ImageF ratio(1, 1, 3, 1.0f);
    StoreColor(photo, &picture.at(0, 0));
    StoreColor(change, &gloss.at(0, 0));
    LimitGloss(picture, ratio, boards, {1, {}, {}}, gloss);
    return LoadColor(&gloss.at(0, 0));
  };
  // A blue window on orange boards, of which the model takes a white one away:
  // the boards are left, where every channel by itself would have left blue.
  const Color window(0.2f, 0.4f, 0.6f);
  const Color left =
      boards + window + limited(boards + window, Color::Constant(-0.45f));
  CHECK((left / boards - left[0] / boards[0]).abs().maxCoeff() < 1e-4f);
  CHECK(left[0] > 0.7f * boards[0]);
  // A part of it goes in its own colour.
  const Color half = limited(boards + window, Color::Constant(-0.2f));
  CHECK(half.sum() == doctest::Approx(-0.6f));
  CHECK(half[2] < 2 * half[0]);
  // Boards that mirror a wall lose no more than that can be.
  CHECK(limited(boards, Color::Constant(-0.3f))[0] ==
        doctest::Approx(-0.25f * boards[0]));
  // Boards in shade mirror nothing that could go.
  CHECK(limited(0.4f * boards, Color::Constant(-0.3f)).abs().maxCoeff() <
        1e-5f);
  // What furniture adds is left alone.
  CHECK(limited(boards, Color(0.1f, 0.1f, -0.05f))[2] == -0.05f);
}

}  // namespace stage::engine
