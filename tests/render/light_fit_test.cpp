#include <doctest/doctest.h>

#include "engine/render/light_field.h"
#include "render/rooms.h"
#include "render/sunny_room.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 240, kHeight = 160;

// A room as its window lights it: the photo's walls have the radiance that
// albedo times irradiance gives when the window is `brightness` times white.
ImageF WindowLitPhoto(const Scene& scene, float brightness) {
  ImageF photo = SunnyPhoto(scene, kToSun, 1);
  LightField field = FitLight(scene, photo);
  AreaLight window = field.windows.at(0);
  window.radiance = Color::Constant(brightness);
  const RoomPrism prism(scene.room);
  const View view(scene.camera, kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const RoomHit hit =
          prism.Intersect(view.position(), view.Ray(x + 0.5f, y + 0.5f));
      if (field.WindowAt(hit.point, hit.face)) continue;
      const Eigen::Vector3f normal = prism.faces()[hit.face].normal;
      Color sum = Color::Zero();
      constexpr int kSamples = 48;
      for (int i = 0; i < kSamples; ++i) {
        Sampler sampler(i, HashBits(x, y));
        sum +=
            SampleLights({window}, hit.point + normal * 1e-3f, normal, sampler)
                .irradiance;
      }
      const float ambient = 0.06f;
      const float value = hit.face == RoomPrism::kFloor
                              ? 0.3f
                              : 0.75f * (ambient + Luminance(sum) / kSamples);
      for (int c = 0; c < 3; ++c) photo.at(x, y, c) = std::min(0.9f, value);
    }
  }
  return photo;
}

TEST_CASE("FitLight: an even room without windows needs no windows") {
  const LightField field =
      FitLight(BoxRoom(kWidth, kHeight), EvenPhoto(kWidth, kHeight, 0.4f));
  CHECK(field.windows.empty());
  CHECK(field.window_boost == 1);
  CHECK(field.behind_factor >= 0.4f);
  CHECK(field.behind_factor <= 2.5f);
  for (const Color& median : field.face_median) {
    CHECK(median[1] <= 0.4f + 1e-5f);
    CHECK(median[1] >= 0.6f * 0.4f - 1e-5f);
  }
}

TEST_CASE("FitLight: a brighter window is fitted brighter") {
  const Scene scene = SunnyRoom(kWidth, kHeight);
  const LightField dim = FitLight(scene, WindowLitPhoto(scene, 2));
  const LightField bright = FitLight(scene, WindowLitPhoto(scene, 5));
  REQUIRE(dim.windows.size() == 1);
  const float dim_light = Luminance(dim.windows[0].radiance);
  const float bright_light = Luminance(bright.windows[0].radiance);
  CHECK(bright_light > 1.8f * dim_light);
  // The window itself is clipped at 1 in both photos.
  CHECK(dim_light > 1);
  CHECK(dim_light < 4);
  CHECK(bright_light > 2.5f);
  CHECK(bright_light < 10);
  CHECK(bright.residual < 0.35f);
}

TEST_CASE("FitLight: a black screen that passed for a window lights nothing") {
  const Scene scene = SunnyRoom(kWidth, kHeight);
  ImageF photo = SunnyPhoto(scene, kToSun, 1);
  const LightField field = FitLight(scene, photo);
  REQUIRE(field.windows.size() == 1);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const RoomHit hit = field.prism.Intersect(
          field.view.position(), field.view.Ray(x + 0.5f, y + 0.5f));
      if (!field.WindowAt(hit.point, hit.face)) continue;
      for (int c = 0; c < 3; ++c) photo.at(x, y, c) = 0.01f;
    }
  }
  CHECK(FitLight(scene, photo).windows.empty());
}

TEST_CASE("FitLight: half the exposure is half the light") {
  const Scene scene = SunnyRoom(kWidth, kHeight);
  ImageF photo = WindowLitPhoto(scene, 4);
  const LightField full = FitLight(scene, photo);
  for (size_t i = 0; i < photo.size_bytes() / sizeof(float); ++i) {
    photo.data()[i] *= 0.5f;
  }
  const LightField half = FitLight(scene, photo);
  CHECK(half.window_boost == doctest::Approx(full.window_boost).epsilon(0.15));
  CHECK(half.behind_factor ==
        doctest::Approx(full.behind_factor).epsilon(0.15));
  CHECK(half.windows[0].radiance[1] ==
        doctest::Approx(0.5f * full.windows[0].radiance[1]).epsilon(0.15));
}

}  // namespace
}  // namespace stage::engine
