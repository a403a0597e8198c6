#include "engine/completion/exemplar_search.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"
#include "engine/completion/smooth_base.h"

namespace stage::engine {
namespace {

/// A pattern that repeats every 12 pixels along and 8 down.
float Tile(int x, int y, int channel) {
  const int u = x % 12, v = y % 8;
  return u < 2 || v < 2 ? -0.3f : 0.02f * static_cast<float>(u + v + channel);
}

HoledSurface Tiled(int width, int height, int from, int to) {
  HoledSurface surface{ImageF(width, height, 3),
                       ImageU8(width, height, 1),
                       ImageU8(width, height, 1),
                       {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) surface.detail.at(x, y, c) = Tile(x, y, c);
      const bool open = x >= from && x < to && y >= from && y < to;
      (open ? surface.hole : surface.usable).at(x, y) = 255;
      if (open) surface.detail.at(x, y, 0) = 9;  // must not be looked at
    }
  }
  return surface;
}

TEST_CASE("FindExemplars: a tiled floor goes on exactly") {
  const HoledSurface surface = Tiled(140, 120, 50, 80);
  WorkControl work;
  work.threads = 1;
  const CopyMap map = FindExemplars(surface, {}, 3, work);
  int wrong = 0;
  for (int y = 50; y < 80; ++y) {
    for (int x = 50; x < 80; ++x) {
      const int source = map.source[y * 140 + x];
      REQUIRE(source >= 0);
      REQUIRE(surface.usable.data()[source] != 0);
      wrong += (source % 140 - x) % 12 != 0 || (source / 140 - y) % 8 != 0;
    }
  }
  CHECK(wrong == 0);
  work.threads = 2;
  CHECK(FindExemplars(surface, {}, 3, work).source == map.source);
}

/// The share of a hole that is copied from more than 60 pixels away.
double FarShare(const HoledSurface& surface, const CopyCost& cost) {
  const CopyMap map = FindExemplars(surface, cost, 3, {});
  const int width = surface.hole.width();
  int far = 0, all = 0;
  for (int i = 0; i < static_cast<int>(map.source.size()); ++i) {
    const int source = map.source[static_cast<size_t>(i)];
    if (source < 0) continue;
    ++all;
    far +=
        std::hypot(source % width - i % width, source / width - i / width) > 60;
  }
  return far / static_cast<double>(all);
}

TEST_CASE("FindExemplars: what is far is copied where far copies are free") {
  // Near the hole tiles are a little darker than where it is open.
  HoledSurface surface = Tiled(400, 120, 50, 80);
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 140; ++x) {
      const bool rim = x > 42 && x < 88 && y > 42 && y < 88;
      for (int c = 0; c < 3 && !rim; ++c) surface.detail.at(x, y, c) -= 0.05f;
    }
  }
  CHECK(FarShare(surface, {}) > 0.9);
  CopyCost cost;
  cost.far = 0.1;
  CHECK(FarShare(surface, cost) < 0.02);
}

TEST_CASE("FindExemplars: nothing to copy from is an error") {
  HoledSurface surface = Tiled(60, 60, 0, 57);
  CHECK_FALSE(HasPatch(surface.usable));
  CHECK_THROWS_AS(FindExemplars(surface, {}, 1, {}), Error);
}

TEST_CASE("FindExemplars: a wall's rows go on along the wall") {
  // Plain above, a skirting board below; the hole reaches the picture's foot.
  HoledSurface surface = Tiled(160, 90, 0, 0);
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 160; ++x) {
      for (int c = 0; c < 3; ++c) {
        surface.detail.at(x, y, c) = y < 14 ? 0.2f : 0.0f;
      }
      if (x < 30 || x >= 130 || y >= 60) continue;
      surface.hole.at(x, y) = 255;
      surface.usable.at(x, y) = 0;
    }
  }
  WorkControl work;
  work.threads = 2;
  const CopyMap map =
      FindExemplars(surface, {.rise = 1.5e-3, .rise_px = 6}, 1, work);
  int wrong = 0;
  for (int y = 4; y < 60; ++y) {
    for (int x = 30; x < 130; ++x) {
      wrong += (map.source[y * 160 + x] / 160 < 14) != (y < 14);
    }
  }
  CHECK(wrong < 0.01 * 100 * 56);
}

TEST_CASE("SmoothBase: light that falls off evenly goes on through a hole") {
  ImageF picture(100, 60, 1);
  ImageU8 known(100, 60, 1, 255);
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 100; ++x) {
      picture.at(x, y) = 0.2f + 0.005f * static_cast<float>(x);
      if (x < 40 || x >= 60 || y < 20 || y >= 40) continue;
      known.at(x, y) = 0;
      picture.at(x, y) = 5;
    }
  }
  const ImageF base = SmoothBase(picture, known, 4);
  for (int x = 30; x < 70; ++x) {
    CAPTURE(x);
    CHECK(std::abs(base.at(x, 30) - (0.2f + 0.005f * static_cast<float>(x))) <
          0.02f);
  }
}

TEST_CASE("FindExemplars: a narrow stub of a skirting is found again") {
  constexpr int kWidth = 260, kHeight = 120;
  HoledSurface surface{ImageF(kWidth, kHeight, 3),
                       ImageU8(kWidth, kHeight, 1),
                       ImageU8(kWidth, kHeight, 1),
                       {}};
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const bool open = x >= 24 && x < 200 && y >= 20 && y < 100;
      for (int c = 0; c < 3; ++c) {
        surface.detail.at(x, y, c) = y < 40 ? -0.3f : y < 48 ? 0.3f : 0;
      }
      // Right of the hole nothing of it may be copied.
      if (open) {
        surface.hole.at(x, y) = 255;
      } else if (x < 200 || y > 60) {
        surface.usable.at(x, y) = 255;
      }
    }
  }
  CopyCost cost;
  cost.rise = 1.5e-3;
  cost.rise_px = 20;
  const CopyMap map = FindExemplars(surface, cost, 5, {});
  int wrong = 0;
  for (int y = 41; y < 47; ++y) {
    for (int x = 24; x < 140; ++x) {
      const int from = map.source[y * kWidth + x] / kWidth;
      wrong += from < 40 || from >= 48;
    }
  }
  CHECK(wrong == 0);
}

/// Two thin frames, right and left of the hole.
bool IsSocket(int x, int y) {
  for (const int left : {30, 300}) {
    const bool inside = x >= left && x < left + 20 && y >= 100 && y < 124;
    const bool within = x >= left + 2 && x < left + 18 && y >= 102 && y < 122;
    if (inside && !within) return true;
  }
  return false;
}

TEST_CASE("FindExemplars: an even wall is filled without the sockets on it") {
  constexpr int kWidth = 420, kHeight = 220;
  HoledSurface surface{ImageF(kWidth, kHeight, 3),
                       ImageU8(kWidth, kHeight, 1),
                       ImageU8(kWidth, kHeight, 1),
                       {}};
  uint32_t random = 11;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      random = random * 1664525u + 1013904223u;
      const float grain = static_cast<float>(random >> 16) / 65536.0f - 0.5f;
      for (int c = 0; c < 3; ++c) {
        surface.detail.at(x, y, c) = y < 20           ? -0.3f
                                     : IsSocket(x, y) ? 0.1f
                                                      : 0.02f * grain;
      }
      const bool open = x >= 80 && x < 260 && y >= 50 && y < 180;
      (open ? surface.hole : surface.usable).at(x, y) = 255;
    }
  }
  CopyCost cost;
  cost.rise = 1.5e-3;
  cost.rise_px = 10;
  cost.plain_from = cost.even_from = 30;
  cost.plain_to = cost.even_to = 210;
  const CopyMap map = FindExemplars(surface, cost, 5, {});
  int sockets = 0, foreign = 0;
  for (int y = 50; y < 180; ++y) {
    for (int x = 80; x < 260; ++x) {
      const int source = map.source[y * kWidth + x];
      sockets += IsSocket(source % kWidth, source / kWidth);
      foreign += source / kWidth < 30;
    }
  }
  CHECK(sockets == 0);
  CHECK(foreign == 0);
}

}  // namespace
}  // namespace stage::engine
