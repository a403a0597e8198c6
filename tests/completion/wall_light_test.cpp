#include "engine/completion/wall_light.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr int kWidth = 300, kHeight = 200;

float LightAt(int x, int y) { return 0.8f - 0.001f * x - 0.0005f * y; }

/// A wall whose light falls off, with the shade of something that was there.
ImageF ShadedWall() {
  ImageF picture(kWidth, kHeight, 3);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const float away = std::hypot(x - 150.f, y - 100.f) / 30;
      const float shade = 1 - 0.25f * std::exp(-away * away);
      for (int c = 0; c < 3; ++c) {
        picture.at(x, y, c) = LightAt(x, y) * (c == 2 ? shade : 1);
      }
    }
  }
  return picture;
}

ImageU8 Disc(int radius) {
  ImageU8 disc(kWidth, kHeight, 1);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const bool inside = std::hypot(x - 150, y - 100) < radius;
      disc.at(x, y) = inside ? 255 : 0;
    }
  }
  return disc;
}

ImageU8 All(uint8_t value) {
  ImageU8 mask(kWidth, kHeight, 1);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) mask.at(x, y) = value;
  }
  return mask;
}

TEST_CASE("EvenWallLight: a wall's light goes on across what was filled") {
  const ImageF picture = ShadedWall();
  const ImageF gain = EvenWallLight(picture, All(255), Disc(60), All(0));
  for (const int x : {110, 150, 190}) {
    CAPTURE(x);
    const float evened = picture.at(x, 100, 2) * std::exp(gain.at(x, 100, 2));
    CHECK(evened == doctest::Approx(LightAt(x, 100)).epsilon(0.03));
  }
  CHECK(gain.at(20, 20, 2) == 0);
  CHECK(gain.at(280, 180, 0) == 0);
}

TEST_CASE("EvenWallLight: what is no wall keeps its light") {
  ImageU8 walls = All(255);
  for (int y = 100; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) walls.at(x, y) = 0;
  }
  const ImageF gain = EvenWallLight(ShadedWall(), walls, Disc(60), All(0));
  CHECK(gain.at(150, 130, 2) == 0);
  CHECK(gain.at(150, 90, 2) > 0.1f);
}

}  // namespace
}  // namespace stage::engine
