#include "engine/pipeline/floor_edges.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr int kWidth = 900, kHeight = 600;

/// Where the drawn floor ends: two walls that meet in a corner.
double FloorTop(double x) {
  return x < 500 ? 480 - 0.3 * x : 330 + 0.2 * (x - 500);
}

struct Look {
  int red, green, blue;
};

/// Boards with shade at the walls' feet, a skirting and a wall.
ImageU8 DrawnRoom(const Look& skirting) {
  ImageU8 image(kWidth, kHeight, 3);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double below = y - FloorTop(x);
      Look look = {225, 224, 220};
      double light = 1;
      if (below >= 0) {
        look = {186, 158, 120};
        light = (1 - 0.35 * std::exp(-below / 25)) *
                (1 + 0.06 * ((x / 9 + y / 40) % 3 - 1));
      } else if (below > -14) {
        look = skirting;
      }
      image.at(x, y, 0) = static_cast<uint8_t>(look.red * light);
      image.at(x, y, 1) = static_cast<uint8_t>(look.green * light);
      image.at(x, y, 2) = static_cast<uint8_t>(look.blue * light);
    }
  }
  return image;
}

std::vector<Eigen::Vector2d> Outline(double left, double corner, double right) {
  return {{0, FloorTop(0) + left},
          {500, FloorTop(500) + corner},
          {kWidth, FloorTop(kWidth) + right},
          {kWidth, kHeight},
          {0, kHeight}};
}

void CheckAligned(const std::vector<Eigen::Vector2d>& outline) {
  REQUIRE(outline.size() == 5);
  CHECK(outline[0].x() == doctest::Approx(0).epsilon(0.01));
  CHECK(std::abs(outline[0].y() - FloorTop(0)) < 3);
  CHECK((outline[1] - Eigen::Vector2d(500, FloorTop(500))).norm() < 4);
  CHECK(std::abs(outline[2].y() - FloorTop(kWidth)) < 3);
  CHECK(outline[3] == Eigen::Vector2d(kWidth, kHeight));
}

TEST_CASE("AlignFloorEdges: an outline that is off moves to the skirting") {
  const ImageU8 light = DrawnRoom({240, 240, 238});
  CheckAligned(AlignFloorEdges(Outline(3, 14, 16), light));
  CheckAligned(AlignFloorEdges(Outline(-8, -12, 2), light));
  const ImageU8 dark = DrawnRoom({74, 48, 30});
  CheckAligned(AlignFloorEdges(Outline(3, 12, 14), dark));
}

TEST_CASE("AlignFloorEdges: which way round an outline runs does not matter") {
  std::vector<Eigen::Vector2d> outline = Outline(3, 14, 16);
  std::reverse(outline.begin(), outline.end());
  outline = AlignFloorEdges(outline, DrawnRoom({240, 240, 238}));
  std::reverse(outline.begin(), outline.end());
  CheckAligned(outline);
}

TEST_CASE("AlignFloorEdges: where nothing shows the floor's end it stays") {
  ImageU8 plain(kWidth, kHeight, 3);
  std::fill_n(plain.data(), plain.size_bytes(), uint8_t{170});
  const auto outline = Outline(5, 5, 5);
  CHECK(AlignFloorEdges(outline, plain) == outline);
}

}  // namespace
}  // namespace stage::engine
