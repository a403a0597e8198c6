#include "engine/completion/shift_map.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

constexpr int kWidth = 160, kHeight = 130;
constexpr int kBoardPx = 17;

/// Boards with dark joints and grain that never repeats, around a hole.
PatchLevel Boards() {
  PatchLevel level;
  level.pixels = ImageF(kWidth, kHeight, 4);
  level.hole = ImageU8(kWidth, kHeight, 1);
  level.usable = ImageU8(kWidth, kHeight, 1, 255);
  uint32_t state = 5;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      state = state * 1664525u + 1013904223u;
      const float grain =
          0.06f * (static_cast<float>(state >> 24) / 255 - 0.5f);
      const float tone = x % kBoardPx == 0 ? -0.3f : grain;
      for (int c = 0; c < 3; ++c) level.pixels.at(x, y, c) = tone;
    }
  }
  for (int y = 40; y < 85; ++y) {
    for (int x = 55; x < 108; ++x) {
      level.hole.at(x, y) = 255;
      level.usable.at(x, y) = 0;
      for (int c = 0; c < 3; ++c) level.pixels.at(x, y, c) = 0;
    }
  }
  return level;
}

std::vector<int> Filled(const PatchLevel& level, int threads) {
  WorkControl work;
  work.threads = threads;
  return ShiftMap(level, {}, work);
}

TEST_CASE("ShiftMap: joints of boards go on through a hole") {
  const PatchLevel level = Boards();
  const std::vector<int> sources = Filled(level, 1);
  int broken = 0, joints = 0, invented = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const int source = sources[static_cast<size_t>(y) * kWidth + x];
      if (level.hole.at(x, y) == 0) {
        REQUIRE(source == -1);
        continue;
      }
      REQUIRE(source >= 0);
      REQUIRE(level.usable.data()[source] == 255);
      const bool dark = level.pixels.data()[4 * source] < -0.2f;
      if (x % kBoardPx == 0) {
        ++joints;
        broken += dark ? 0 : 1;
      } else {
        invented += dark ? 1 : 0;
      }
    }
  }
  CHECK(joints == 45 * 3);
  CHECK(broken == 0);
  CHECK(invented == 0);
}

TEST_CASE("ShiftMap: the number of threads changes nothing") {
  const PatchLevel level = Boards();
  CHECK(Filled(level, 1) == Filled(level, 3));
}

}  // namespace
}  // namespace stage::engine
