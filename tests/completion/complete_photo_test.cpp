#include "engine/completion/complete_photo.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "completion/box_scene.h"
#include "core/error.h"

namespace stage::engine {
namespace {

Photo Noise(int width, int height) {
  Photo photo;
  photo.pixels8 = ImageU8(width, height, 3);
  uint32_t state = 9;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      state = state * 1664525u + 1013904223u;
      for (int c = 0; c < 3; ++c) {
        photo.pixels8.at(x, y, c) =
            static_cast<uint8_t>(120 + 20 * c + x / 8 + (state >> 24) % 16);
      }
    }
  }
  return photo;
}

TEST_CASE("CompletePhoto: what is not filled keeps every bit") {
  const Photo before = Noise(300, 200);
  ImageU8 marked(300, 200, 1);
  for (int y = 60; y < 110; ++y) {
    for (int x = 100; x < 170; ++x) marked.at(x, y) = 255;
  }
  for (const SceneTrust trust : {SceneTrust::kRoom, SceneTrust::kNone}) {
    Scene scene = test::BoxScene(300, 200);
    scene.trust = trust;
    Photo after = before;
    WorkControl work;
    work.threads = 2;
    const Completion done =
        CompletePhoto(scene, marked, ColorConverter(before), {}, work, after);
    const ImageU8& filled = done.filled;
    int outside = 0, inside = 0;
    for (int y = 0; y < 200; ++y) {
      for (int x = 0; x < 300; ++x) {
        if (marked.at(x, y) != 0) REQUIRE(filled.at(x, y) != 0);
        for (int c = 0; c < 3; ++c) {
          const bool same =
              before.pixels8.at(x, y, c) == after.pixels8.at(x, y, c);
          const bool relit = !done.relit.empty() && done.relit.at(x, y) != 0;
          const bool changed = filled.at(x, y) != 0 || relit;
          (changed ? inside : outside) += same ? 0 : 1;
        }
      }
    }
    CHECK(outside == 0);
    CHECK(inside > 1000);
  }
}

TEST_CASE("CompletePhoto: a thing on an even wall leaves the wall") {
  Photo photo;
  photo.pixels8 = ImageU8(240, 160, 3, 180);
  ImageU8 marked(240, 160, 1);
  for (int y = 50; y < 90; ++y) {
    for (int x = 90; x < 150; ++x) {
      marked.at(x, y) = 255;
      for (int c = 0; c < 3; ++c) photo.pixels8.at(x, y, c) = 20;
    }
  }
  const ColorConverter converter(photo);
  CompletePhoto(test::BoxScene(240, 160), marked, converter, {}, {}, photo);
  for (size_t i = 0; i < photo.pixels8.size_bytes(); ++i) {
    REQUIRE(std::abs(photo.pixels8.data()[i] - 180) <= 1);
  }
}

/// A pale panel before a dark floor with a grain, and posts beside; stools
/// stand before it, from the panel to the lower border.
Photo PanelAndFloor(int width, int height, int foot) {
  Photo photo;
  photo.pixels8 = ImageU8(width, height, 3);
  uint32_t state = 5;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      state = state * 1664525u + 1013904223u;
      const int grain = static_cast<int>((state >> 24) % 24) - 12;
      const bool post = x < 30 || x >= width - 30;
      const int tone = post ? 235 : y < foot ? 200 + grain / 12 : 80 + grain;
      for (int c = 0; c < 3; ++c) {
        photo.pixels8.at(x, y, c) = static_cast<uint8_t>(tone);
      }
    }
  }
  return photo;
}

TEST_CASE("CompletePhoto: an edge goes on behind a thing in any room") {
  constexpr int kWidth = 400, kHeight = 240, kFoot = 190;
  const Photo before = PanelAndFloor(kWidth, kHeight, kFoot);
  ImageU8 marked(kWidth, kHeight, 1);
  for (int y = 90; y < kHeight; ++y) {
    const int half = 15 + (y - 90) / 4;
    for (int x = 200 - half; x < 200 + half; ++x) marked.at(x, y) = 255;
  }
  Photo after = before;
  for (int i = 0; i < kWidth * kHeight; ++i) {
    for (int c = 0; c < 3 && marked.data()[i] != 0; ++c) {
      after.pixels8.data()[3 * i + c] = 10;
    }
  }
  Scene scene = test::BoxScene(kWidth, kHeight);
  scene.trust = SceneTrust::kNone;
  scene.confidence = 0.1;
  CompletePhoto(scene, marked, ColorConverter(after), {}, {}, after);
  int panel_wrong = 0, floor_wrong = 0;
  for (int y = 95; y < kHeight; ++y) {
    for (int x = 190; x < 210; ++x) {
      const int tone = after.pixels8.at(x, y, 0);
      if (y < kFoot - 3 && std::abs(tone - 200) > 15) ++panel_wrong;
      if (y > kFoot + 3 && std::abs(tone - 80) > 30) ++floor_wrong;
    }
  }
  CHECK(panel_wrong == 0);
  CHECK(floor_wrong < 20);
}

TEST_CASE("CompletePhoto: a lamp before a window leaves window and wall") {
  constexpr int kWidth = 600, kHeight = 400;
  Photo photo = Noise(kWidth, kHeight);
  const auto in_window = [](int x, int y) {
    return x >= 188 && x < 412 && y >= 116 && y < 256;
  };
  ImageU8 marked(kWidth, kHeight, 1);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      if (x >= 200 && x < 260 && y >= 180 && y < 320) marked.at(x, y) = 255;
      for (int c = 0; c < 3; ++c) {
        uint8_t& value = photo.pixels8.at(x, y, c);
        if (in_window(x, y)) value = static_cast<uint8_t>(230 + value % 8);
        if (marked.at(x, y) != 0) value = 20;
      }
    }
  }
  const ColorConverter converter(photo);
  CompletePhoto(test::BoxSceneWithWindow(kWidth, kHeight),
                marked,
                converter,
                {},
                {},
                photo);
  for (int x = 205; x < 255; x += 5) {
    for (int y = 190; y < 245; y += 5) CHECK(photo.pixels8.at(x, y, 0) > 215);
    for (int y = 280; y < 315; y += 5) CHECK(photo.pixels8.at(x, y, 0) < 190);
  }
}

/// An even wall with a thing on it that tints the wall around.
Photo TintedWall(const ImageU8& marked) {
  Photo photo;
  photo.pixels8 = ImageU8(marked.width(), marked.height(), 3, 180);
  for (int y = 0; y < marked.height(); ++y) {
    for (int x = 0; x < marked.width(); ++x) {
      const double away = std::hypot(std::max({250 - x, x - 349, 0}),
                                     std::max({150 - y, y - 229, 0}));
      const double cast = 0.25 * std::exp(-away / 12);
      photo.pixels8.at(x, y, 2) = static_cast<uint8_t>(180 * (1 - cast));
      if (marked.at(x, y) != 0) photo.pixels8.at(x, y, 0) = 20;
    }
  }
  return photo;
}

TEST_CASE("CompletePhoto: no tint of a thing is left on the wall around it") {
  ImageU8 marked(600, 400, 1);
  for (int y = 150; y < 230; ++y) {
    for (int x = 250; x < 350; ++x) marked.at(x, y) = 255;
  }
  const Photo before = TintedWall(marked);
  Photo after = before;
  const ColorConverter converter(before);
  const Completion done =
      CompletePhoto(test::BoxScene(600, 400), marked, converter, {}, {}, after);
  CHECK(before.pixels8.at(240, 190, 2) < 165);
  CHECK(after.pixels8.at(240, 190, 2) > 172);
  CHECK(after.pixels8.at(300, 190, 2) > 170);
  CHECK(after.pixels8.at(300, 190, 0) > 170);
  CHECK(done.relit.at(240, 190) != 0);
  CHECK(done.relit.at(20, 20) == 0);
  Photo kept = before;
  CompletePhoto(test::BoxScene(600, 400),
                marked,
                converter,
                {.with_shadow = false},
                {},
                kept);
  CHECK(kept.pixels8.at(240, 190, 2) == before.pixels8.at(240, 190, 2));
}

/// A light floor with dark spots, seen from above and across the room.
Photo SpottedFloor() {
  Photo photo;
  photo.pixels8 = ImageU8(600, 400, 3);
  uint32_t state = 5;
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 600; ++x) {
      state = state * 1664525u + 1013904223u;
      const bool dark = std::hypot(x % 50 - 25, y % 50 - 25) < 11;
      const int value = (dark ? 50 : 170) + static_cast<int>(state >> 24) % 12;
      for (int c = 0; c < 3; ++c) {
        photo.pixels8.at(x, y, c) = static_cast<uint8_t>(value - 10 * c);
      }
    }
  }
  return photo;
}

double MeanOfRows(const Photo& photo, int from, int to) {
  double sum = 0;
  for (int y = from; y < to; ++y) {
    for (int x = 210; x < 390; ++x) sum += photo.pixels8.at(x, y, 0);
  }
  return sum / ((to - from) * 180);
}

TEST_CASE("CompletePhoto: a floor goes on down to the picture's border") {
  Photo photo = SpottedFloor();
  const double before = MeanOfRows(photo, 392, 400);
  ImageU8 marked(600, 400, 1);
  for (int y = 330; y < 400; ++y) {
    for (int x = 200; x < 400; ++x) marked.at(x, y) = 255;
  }
  Scene scene = test::BoxScene(600, 400);
  // Turned, so that the border crosses the floor's raster.
  scene.camera.world_to_camera = WorldToCamera(25, 0, 40);
  scene.room.floor = {{-6, -6}, {-6, 2}, {6, 2}, {6, -6}};
  const ColorConverter converter(photo);
  CompletePhoto(scene, marked, converter, {.with_shadow = false}, {}, photo);
  // Spots are not copied more often there than elsewhere.
  CHECK(MeanOfRows(photo, 392, 400) > before - 25);
  CHECK(MeanOfRows(photo, 392, 400) > MeanOfRows(photo, 340, 380) - 15);
}

TEST_CASE("CompletePhoto: a mask over everything is refused") {
  Photo photo = Noise(120, 90);
  const ColorConverter converter(photo);
  CHECK_THROWS_WITH_AS(CompletePhoto(test::BoxScene(120, 90),
                                     ImageU8(120, 90, 1, 255),
                                     converter,
                                     {},
                                     {},
                                     photo),
                       doctest::Contains("mark less"),
                       Error);
}

}  // namespace
}  // namespace stage::engine
