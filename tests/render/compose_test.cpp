#include "engine/render/compose.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/render/room_exposure.h"
#include "render/rooms.h"

namespace stage::engine {
namespace {

// An 8-bit sRGB photo with a gradient and a fine texture.
Photo TexturedPhoto(int width, int height, int channels = 3) {
  Photo photo;
  photo.pixels8 = ImageU8(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        photo.pixels8.at(x, y, c) = static_cast<uint8_t>(
            60 + 120 * x / width + (x * 7 + y * 13 + c * 5) % 9);
      }
    }
  }
  return photo;
}

// The same with 16 bits, all of them used.
Photo DeepPhoto(int width, int height) {
  const Photo shallow = TexturedPhoto(width, height);
  Photo photo;
  photo.pixels16 = Image<uint16_t>(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        photo.pixels16.at(x, y, c) = static_cast<uint16_t>(
            shallow.pixels8.at(x, y, c) * 257 + (x * 31 + y * 17 + c) % 200);
      }
    }
  }
  return photo;
}

RenderLayers BlankLayers(int width, int height) {
  RenderLayers layers;
  layers.furniture = ImageF(width, height, 3);
  layers.coverage = ImageF(width, height, 1);
  layers.ratio = ImageF(width, height, 3, 1.0f);
  layers.depth = ImageF(width, height, 1, 3.0f);
  layers.normal = ImageF(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) layers.normal.at(x, y, 1) = 1;
  }
  layers.object = Image<uint16_t>(width, height, 1);
  return layers;
}

TEST_CASE("Compose: an empty plan returns the identical photo") {
  for (const int channels : {1, 3, 4}) {
    Photo photo = TexturedPhoto(301, 201, channels);
    const Photo before = photo;
    const ColorConverter converter(photo);
    const Scene scene = BoxRoom(301, 201);
    const RenderLayers layers =
        Render(scene, ReadLinear(photo, converter, 160), {}, {});
    Compose(scene, layers, converter, photo);
    CHECK(photo.pixels8 == before.pixels8);
  }
}

TEST_CASE("Compose: light changes below 2 % leave pixels identical") {
  Photo photo = TexturedPhoto(200, 150);
  const Photo before = photo;
  const ColorConverter converter(photo);
  RenderLayers layers = BlankLayers(100, 75);
  for (int y = 0; y < 75; ++y) {
    for (int x = 0; x < 100; ++x) {
      // Left half within the dead band, right half a real shadow.
      const float ratio = x < 50 ? 1 - 0.015f * (x % 2) : 0.6f;
      for (int c = 0; c < 3; ++c) layers.ratio.at(x, y, c) = ratio;
    }
  }
  Compose(BoxRoom(200, 150), layers, converter, photo);
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 200; ++x) {
      const bool same = photo.pixels8.at(x, y, 1) == before.pixels8.at(x, y, 1);
      if (x < 98) REQUIRE(same);
      if (x > 102)
        REQUIRE(photo.pixels8.at(x, y, 1) < before.pixels8.at(x, y, 1));
    }
  }
}

TEST_CASE("Compose: pixels away from furniture and its shadow are identical") {
  Photo photo = TexturedPhoto(360, 240);
  const Photo before = photo;
  const ColorConverter converter(photo);
  const Scene scene = BoxRoom(360, 240);
  const RenderLayers layers = Render(
      scene,
      ReadLinear(photo, converter, 180),
      {{BoxMesh({0.5f, 0.5f, 0.5f}, Matt(0.5f)), {-1.5, 0, -3}, 0, false}},
      {});
  Compose(scene, layers, converter, photo);
  int same = 0, changed = 0;
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 360; ++x) {
      const bool equal =
          photo.pixels8.at(x, y, 0) == before.pixels8.at(x, y, 0);
      (equal ? same : changed) += 1;
    }
  }
  CHECK(changed > 1000);
  CHECK(same > 360 * 240 / 2);
  // The wall right of the camera, far from the box.
  for (int x = 300; x < 360; ++x) {
    CHECK(photo.pixels8.at(x, 60, 0) == before.pixels8.at(x, 60, 0));
  }
}

// Whether any furniture shows within three pixels.
bool IsCovered(const ImageF& coverage, int x, int y) {
  for (int yy = y - 3; yy <= y + 3; ++yy) {
    for (int xx = x - 3; xx <= x + 3; ++xx) {
      if (xx < 0 || yy < 0 || xx >= coverage.width() ||
          yy >= coverage.height()) {
        continue;
      }
      if (coverage.at(xx, yy) > 0) return true;
    }
  }
  return false;
}

TEST_CASE("Compose: where light changes by less than 2 %, all bits are kept") {
  constexpr int kPhotoWidth = 300, kPhotoHeight = 200;
  for (const bool deep : {false, true}) {
    Photo photo = deep ? DeepPhoto(kPhotoWidth, kPhotoHeight)
                       : TexturedPhoto(kPhotoWidth, kPhotoHeight);
    const Photo before = photo;
    const ColorConverter converter(photo);
    const Scene scene = BoxRoom(kPhotoWidth, kPhotoHeight);
    const RenderLayers layers = Render(
        scene,
        ReadLinear(photo, converter, kPhotoWidth),
        {{BoxMesh({0.9f, 0.6f, 0.5f}, Matt(0.3f)), {-0.8, 0, -2.8}, 0.3}},
        {.samples_per_pixel = 4});
    Compose(scene, layers, converter, photo);
    const RoomExposure exposure(layers);
    int nearly_same_light = 0, changed = 0;
    for (int y = 0; y < kPhotoHeight; ++y) {
      std::vector<float> ratio(layers.ratio.row(y),
                               layers.ratio.row(y) + 3 * kPhotoWidth);
      exposure.Adjust(y, ratio.data());
      for (int x = 0; x < kPhotoWidth; ++x) {
        float most = 0;
        bool same = true;
        for (int c = 0; c < 3; ++c) {
          most = std::max(most, std::fabs(ratio[3 * x + c] - 1));
          same =
              same &&
              (deep ? photo.pixels16.at(x, y, c) == before.pixels16.at(x, y, c)
                    : photo.pixels8.at(x, y, c) == before.pixels8.at(x, y, c));
        }
        changed += !same;
        if (most >= 0.02f || IsCovered(layers.coverage, x, y)) continue;
        nearly_same_light += most > 0;
        REQUIRE(same);
      }
    }
    CHECK(changed > 1000);
    CHECK(nearly_same_light > 300);
  }
}

TEST_CASE("Compose: 16-bit pixels that nothing touches keep all their bits") {
  Photo photo = DeepPhoto(360, 240);
  const Photo before = photo;
  const ColorConverter converter(photo);
  const Scene scene = BoxRoom(360, 240);
  const RenderLayers nothing =
      Render(scene, ReadLinear(photo, converter, 180), {}, {});
  Compose(scene, nothing, converter, photo);
  REQUIRE(photo.pixels16 == before.pixels16);

  RenderLayers layers = BlankLayers(180, 120);
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 180; ++x) {
      // From left to right: furniture, a shadow, a change too small to show.
      const float ratio = x < 120 ? 0.7f : 0.985f;
      for (int c = 0; c < 3; ++c) {
        layers.ratio.at(x, y, c) = x < 60 ? 1.0f : ratio;
        if (x < 60) layers.furniture.at(x, y, c) = 0.2f;
      }
      layers.coverage.at(x, y) = x < 60 ? 1.0f : 0.0f;
    }
  }
  Compose(scene, layers, converter, photo);
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 360; ++x) {
      const uint16_t now = photo.pixels16.at(x, y, 1);
      const uint16_t then = before.pixels16.at(x, y, 1);
      if (x > 128 && x < 232) REQUIRE(now < then);
      if (x > 248) REQUIRE(now == then);
    }
  }
  // Linear 0.2 is 0.484 as sRGB; finer than 8 bits, grain apart.
  CHECK(photo.pixels16.at(40, 120, 1) ==
        doctest::Approx(0.4845 * 65535).epsilon(0.03));
}

TEST_CASE("Compose: what stands in the foreground stays in front") {
  Photo photo = TexturedPhoto(200, 100);
  const Photo before = photo;
  const ColorConverter converter(photo);
  Scene scene = BoxRoom(200, 100);
  scene.foreground = ImageU8(100, 50, 1);
  for (int y = 0; y < 50; ++y) {
    for (int x = 0; x < 50; ++x) scene.foreground.at(x, y) = 255;
  }
  RenderLayers layers = BlankLayers(200, 100);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 200; ++x) layers.coverage.at(x, y) = 1;
  }
  Compose(scene, layers, converter, photo);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 94; ++x) {
      REQUIRE(photo.pixels8.at(x, y, 0) == before.pixels8.at(x, y, 0));
    }
    REQUIRE(photo.pixels8.at(150, y, 0) < 20);
  }
}

TEST_CASE("Compose: bright furniture rolls off instead of clipping") {
  Photo photo = TexturedPhoto(60, 40);
  const ColorConverter converter(photo);
  RenderLayers layers = BlankLayers(60, 40);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) {
      layers.coverage.at(x, y) = 1;
      for (int c = 0; c < 3; ++c) layers.furniture.at(x, y, c) = 1.2f;
    }
  }
  Compose(BoxRoom(60, 40), layers, converter, photo);
  CHECK(photo.pixels8.at(30, 20, 0) < 255);
  CHECK(photo.pixels8.at(30, 20, 0) > 225);
}

}  // namespace
}  // namespace stage::engine
