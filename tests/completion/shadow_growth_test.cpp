#include "engine/completion/shadow_growth.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 600;
constexpr int kHeight = 500;

/// A thing on the floor of the box scene, camera raised so that much floor is
/// seen.
struct Case {
  Scene scene = test::BoxScene(kWidth, kHeight);
  ImageF picture{kWidth, kHeight, 3, 0.6f};
  ImageU8 hole{kWidth, kHeight, 1};

  Case() {
    scene.camera.world_to_camera = WorldToCamera(35, 0, 0);
    for (int y = 300; y < 360; ++y) {
      for (int x = 260; x < 340; ++x) hole.at(x, y) = 255;
    }
  }

  /// Scales the light of a pixel that is not hole.
  template <typename Light>
  void Shade(const Light& light) {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) *= light(x, y, c);
      }
    }
  }

  ImageU8 Grown(KnownFaces known = KnownFaces::kAll) const {
    return GrowIntoShadows(picture, hole, LayOutSurfaces(scene, hole, known));
  }

  int Count(const ImageU8& mask) const {
    return static_cast<int>(
        std::count(mask.data(), mask.data() + mask.size_bytes(), 255));
  }
};

float Distance(int x, int y) {
  const float dx = std::max({260 - x, x - 339, 0});
  const float dy = std::max({300 - y, y - 359, 0});
  return std::sqrt(dx * dx + dy * dy);
}

TEST_CASE("GrowIntoShadows: an evenly lit floor adds nothing") {
  const Case room;
  CHECK(room.Grown() == room.hole);
}

TEST_CASE("GrowIntoShadows: a shadow that fades from the thing goes with it") {
  Case room;
  room.Shade([](int x, int y, int) {
    return x < 260 ? 1.0f : std::min(1.0f, 0.6f + 0.4f * Distance(x, y) / 16);
  });
  const ImageU8 grown = room.Grown();
  CHECK(grown.at(300, 363) == 255);
  CHECK(grown.at(345, 330) == 255);
  CHECK(grown.at(300, 420) == 0);
  CHECK(grown.at(250, 330) == 0);
}

TEST_CASE("GrowIntoShadows: things beside it stay") {
  Case apart;  // dark, and not touching
  apart.Shade([](int x, int y, int) {
    return x > 345 && x < 375 && y > 310 && y < 350 ? 0.6f : 1.0f;
  });
  CHECK(apart.Count(apart.Grown()) < apart.Count(apart.hole) + 60);
  Case coloured;  // touching, of another hue
  coloured.Shade([](int x, int y, int c) {
    return x >= 340 && x < 360 && y > 310 && y < 350 && c > 0 ? 0.6f : 1.0f;
  });
  CHECK(coloured.Count(coloured.Grown()) < coloured.Count(coloured.hole) + 60);
  Case bright;
  bright.Shade([](int x, int y, int) {
    return x >= 340 && x < 360 && y > 310 && y < 350 ? 1.4f : 1.0f;
  });
  CHECK(bright.Count(bright.Grown()) < bright.Count(bright.hole) + 60);
}

TEST_CASE("GrowIntoShadows: a floor of another colour is no shadow") {
  // To the right of the thing another floor begins, much darker.
  Case room;
  room.Shade([](int x, int y, int) {
    return x >= 340 && x < 400 && y > 305 && y < 355 ? 0.45f : 1.0f;
  });
  const int hole = room.Count(room.hole);
  CHECK(room.Count(room.Grown()) - hole < hole / 50);
}

TEST_CASE("GrowIntoShadows: a room that is not understood adds nothing") {
  Case room;
  room.Shade([](int x, int y, int) {
    return std::min(1.0f, 0.6f + 0.4f * Distance(x, y) / 16);
  });
  CHECK(room.Grown(KnownFaces::kNone) == room.hole);
}

TEST_CASE("GrowIntoShadows: a floor that is darker along its wall stays") {
  Case room;
  // The wall's foot lies where the floor begins; the thing stands before it.
  const SurfaceLayout layout =
      LayOutSurfaces(room.scene, room.hole, KnownFaces::kAll);
  const uint8_t floor = layout.surface_at.at(300, 350);
  std::vector<int> foot(kWidth, kHeight);
  for (int x = 0; x < kWidth; ++x) {
    for (int y = kHeight - 1; y >= 0; --y) {
      if (layout.surface_at.at(x, y) != floor) break;
      foot[x] = y;
    }
  }
  room.hole = ImageU8(kWidth, kHeight, 1);
  for (int y = foot[300] - 40; y < foot[300] + 40; ++y) {
    for (int x = 180; x < 420; ++x) room.hole.at(x, y) = 255;
  }
  room.Shade([&](int x, int y, int) {
    const int below = y - foot[x];
    return below < 0 ? 1.0f : std::min(1.0f, 0.7f + 0.3f * float(below) / 12);
  });
  // Hardly any of it goes along.
  const int hole = room.Count(room.hole);
  CHECK(room.Count(room.Grown()) - hole < hole / 50);
}

}  // namespace
}  // namespace stage::engine
