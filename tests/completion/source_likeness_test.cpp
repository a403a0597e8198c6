#include "engine/completion/source_likeness.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

constexpr int kWidth = 400, kHeight = 160;

struct Surface {
  ImageF pixels{kWidth, kHeight, 3, 0.5f};
  ImageU8 hole{kWidth, kHeight, 1};
  ImageU8 usable{kWidth, kHeight, 1, 255};

  Surface() {
    for (int y = 60; y < 100; ++y) {
      for (int x = 60; x < 120; ++x) {
        hole.at(x, y) = 255;
        usable.at(x, y) = 0;
      }
    }
  }
  /// A carpet up to this column.
  void Roughen(int to) {
    uint32_t state = 3;
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < to; ++x) {
        state = state * 1664525u + 1013904223u;
        const float grain =
            0.2f * (static_cast<float>(state >> 24) / 255 - 0.5f);
        for (int c = 0; c < 3; ++c) pixels.at(x, y, c) += grain;
      }
    }
  }
};

TEST_CASE("SourcesOfItsMaterial: leather of a carpet's colour is left out") {
  Surface surface;
  surface.Roughen(250);
  const ImageU8 kept =
      SourcesOfItsMaterial(surface.pixels, surface.hole, surface.usable);
  CHECK(kept.at(20, 80) == 255);
  CHECK(kept.at(220, 80) == 255);
  CHECK(kept.at(350, 80) == 0);
}

TEST_CASE("SourcesOfItsMaterial: the same in less light may be copied") {
  Surface surface;
  surface.Roughen(kWidth);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 200; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) surface.pixels.at(x, y, c) *= 0.75f;
    }
  }
  const ImageU8 kept =
      SourcesOfItsMaterial(surface.pixels, surface.hole, surface.usable);
  CHECK(kept.at(350, 80) == 255);
}

TEST_CASE("Unlikeness: a grey thing on a brown floor is another material") {
  Surface surface;
  surface.Roughen(kWidth);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < 250; ++x) surface.pixels.at(x, y, 2) *= 0.7f;
  }
  const ImageF unlike =
      Unlikeness(surface.pixels, surface.hole, surface.usable);
  CHECK(unlike.at(20, 80) < 0.2f);
  CHECK(unlike.at(200, 80) < 0.2f);
  CHECK(unlike.at(350, 80) > 1);
}

TEST_CASE("Unlikeness: what hardly any of the rim shows is not like it") {
  Surface surface;
  surface.Roughen(kWidth);
  // Beside a corner of the hole, and again farther off.
  for (int y = 30; y < 60; ++y) {
    for (int x = 30; x < 60; ++x) {
      for (int c = 0; c < 3; ++c) {
        surface.pixels.at(x, y, c) = 0.1f;
        surface.pixels.at(x + 260, y, c) = 0.1f;
      }
    }
  }
  const ImageF unlike =
      Unlikeness(surface.pixels, surface.hole, surface.usable);
  CHECK(unlike.at(305, 45) > 0.5f);
}

}  // namespace
}  // namespace stage::engine
