#include "engine/completion/crossing_lines.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr int kWidth = 480, kHeight = 320;

/// A pale panel above a dark floor, seen level: the edge falls by `slope`.
struct Case {
  ImageF picture{kWidth, kHeight, 3, 0.85f};
  ImageU8 hole{kWidth, kHeight, 1};
  double slope = 0;

  explicit Case(double slope_ = 0) : slope(slope_) {
    Paint(0, kWidth, 0.3f);
    for (int y = 100; y < 260; ++y) {
      for (int x = 200; x < 280; ++x) {
        hole.at(x, y) = 255;
        // What is to go has edges of its own.
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) = 0.05f;
      }
    }
  }

  double EdgeAt(double x) const { return 200 + slope * (x - 240); }
  void Paint(int from, int to, float below) {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = from; x < to; ++x) {
        if (y + 0.5 < EdgeAt(x + 0.5)) continue;
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) = below;
      }
    }
  }
};

TEST_CASE("FindCrossingLines: an edge that is seen on both sides goes on") {
  for (const double slope : {0.0, 0.2, -0.4}) {
    const Case room(slope);
    const auto lines = FindCrossingLines(room.picture, room.hole);
    REQUIRE(lines.size() == 1);
    for (const double x : {205.0, 240.0, 275.0}) {
      CHECK(std::abs(lines[0].Beside({x, room.EdgeAt(x)})) < 1.5);
    }
    CHECK(lines[0].Length() > 70);
    CHECK(lines[0].step > 30);
  }
}

TEST_CASE("FindCrossingLines: of one side nothing is concluded") {
  Case room;
  room.Paint(280, kWidth, 0.85f);  // the floor ends behind the hole
  CHECK(FindCrossingLines(room.picture, room.hole).empty());
}

TEST_CASE("FindCrossingLines: an edge that turns round is another one") {
  Case room;
  room.Paint(280, kWidth, 0.85f);
  for (int y = 0; y < 200; ++y) {  // dark above, pale below
    for (int x = 280; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) room.picture.at(x, y, c) = 0.3f;
    }
  }
  CHECK(FindCrossingLines(room.picture, room.hole).empty());
}

TEST_CASE("FindCrossingLines: the outline of what goes is none") {
  Case room;
  room.Paint(0, 200, 0.85f);
  room.Paint(280, kWidth, 0.85f);
  CHECK(FindCrossingLines(room.picture, room.hole).empty());
}

TEST_CASE("FindCrossingLines: edges side by side are two, meeting ones one") {
  Case skirting;
  for (int y = 190; y < 200; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      if (skirting.hole.at(x, y) != 0) continue;
      for (int c = 0; c < 3; ++c) skirting.picture.at(x, y, c) = 0.6f;
    }
  }
  CHECK(FindCrossingLines(skirting.picture, skirting.hole).size() == 2);
  Case crossed;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 236; x < kWidth; ++x) {
      if (crossed.hole.at(x, y) != 0 || y >= 200) continue;
      for (int c = 0; c < 3; ++c) crossed.picture.at(x, y, c) = 0.7f;
    }
  }
  CHECK(FindCrossingLines(crossed.picture, crossed.hole).size() <= 1);
}

}  // namespace
}  // namespace stage::engine
