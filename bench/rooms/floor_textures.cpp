#include "rooms/floor_textures.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace stage::bench {
namespace {

constexpr int kTexels = 1800;

uint32_t Hash(uint32_t x, uint32_t y, uint32_t seed) {
  uint32_t h = x * 0x9E3779B1u ^ (y * 0x85EBCA77u + seed * 0xC2B2AE3Du);
  h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
  h = (h ^ (h >> 12)) * 0x297A2D39u;
  return h ^ (h >> 15);
}

double Unit(uint32_t x, uint32_t y, uint32_t seed) {
  return Hash(x, y, seed) / 4294967296.0;
}

// Value noise that repeats after `period` cells.
double Noise(double x, double y, int period_x, int period_y, uint32_t seed) {
  const double fx = std::floor(x), fy = std::floor(y);
  const auto smooth = [](double t) { return t * t * (3 - 2 * t); };
  const double tx = smooth(x - fx), ty = smooth(y - fy);
  const auto at = [&](int i, int j) {
    const int a = ((static_cast<int>(fx) + i) % period_x + period_x) % period_x;
    const int b = ((static_cast<int>(fy) + j) % period_y + period_y) % period_y;
    return Unit(a, b, seed);
  };
  const double low = at(0, 0) + (at(1, 0) - at(0, 0)) * tx;
  const double high = at(0, 1) + (at(1, 1) - at(0, 1)) * tx;
  return low + (high - low) * ty;
}

using Rgb = Eigen::Vector3d;

// Boards along y: every board its own tone, grain, and staggered ends.
Rgb Planks(
    double u, double v, const Rgb& light, const Rgb& dark, uint32_t seed) {
  constexpr int kBoards = 24;  // 15 cm
  const int board = static_cast<int>(u * kBoards) % kBoards;
  const double across = u * kBoards - board;
  const double shift = Unit(board, 1, seed);
  const double along = v * 2 + shift;
  const int piece = static_cast<int>(along) % 2;
  const double along_piece = along - std::floor(along);
  const double tone = Unit(board, 10 + piece, seed);
  const uint32_t own = seed + board * 2 + piece;
  const double wave = Noise(u * 60, v * 6, 60, 6, own) - 0.5;
  const double grain = Noise(u * 700 + wave * 9, v * 14, 700, 14, own);
  const double fine = Noise(u * 1500, v * 60, 1500, 60, own + 77);
  double mix = 0.15 + 0.45 * tone + 0.3 * (grain - 0.5) + 0.14 * (fine - 0.5);
  Rgb color = light + (dark - light) * std::clamp(mix, 0.0, 1.0);
  const double seam = std::min(across, 1 - across) * 0.15;  // metres
  const double end = std::min(along_piece, 1 - along_piece) * 1.8;
  if (seam < 0.0016 || end < 0.0016) color *= 0.55;
  return color;
}

Rgb Tiles(double u, double v, int count, const Rgb& tile, uint32_t seed) {
  const double x = u * count, y = v * count;
  const int i = static_cast<int>(std::floor(x)),
            j = static_cast<int>(std::floor(y));
  const int a = ((i % count) + count) % count,
            b = ((j % count) + count) % count;
  const double edge =
      std::min({x - i, i + 1 - x, y - j, j + 1 - y}) * kFloorTextureM / count;
  if (edge < 0.003) return {0.5, 0.48, 0.45};
  const double tone = 0.94 + 0.08 * Unit(a, b, seed);
  const double cloud =
      Noise(u * 40, v * 40, 40, 40, seed + 5) - 0.5 +
      0.5 * (Noise(u * 160, v * 160, 160, 160, seed + 6) - 0.5);
  return tile * tone * (1 + 0.06 * cloud);
}

Rgb Carpet(double u, double v, uint32_t seed) {
  const double cloud = Noise(u * 14, v * 14, 14, 14, seed) - 0.5;
  const double tuft = Noise(u * 600, v * 600, 600, 600, seed + 3) - 0.5;
  const double fine = Noise(u * 1800, v * 1800, 1800, 1800, seed + 4) - 0.5;
  return Rgb(0.62, 0.58, 0.53) * (1 + 0.07 * cloud + 0.16 * tuft + 0.1 * fine);
}

Rgb ColorAt(FloorKind kind, double u, double v, uint32_t seed) {
  switch (kind) {
    case FloorKind::kOakPlanks:
      return Planks(u, v, {0.79, 0.67, 0.53}, {0.56, 0.42, 0.28}, seed);
    case FloorKind::kWalnutPlanks:
      return Planks(u, v, {0.55, 0.38, 0.26}, {0.31, 0.19, 0.12}, seed);
    case FloorKind::kTiles:
      return Tiles(u, v, 6, {0.84, 0.82, 0.78}, seed);
    case FloorKind::kDiagonalTiles:
      // A lattice turned by 45 degrees closes on itself with a whole count.
      return Tiles(u + v, v - u, 4, {0.78, 0.7, 0.6}, seed);
    case FloorKind::kCarpet:
      return Carpet(u, v, seed);
  }
  return {0.5, 0.5, 0.5};
}

}  // namespace

std::shared_ptr<const engine::Texture> DrawFloor(FloorKind kind,
                                                 uint32_t seed) {
  auto texture = std::make_shared<engine::Texture>();
  texture->srgb = ImageU8(kTexels, kTexels, 3);
  for (int y = 0; y < kTexels; ++y) {
    for (int x = 0; x < kTexels; ++x) {
      const Rgb color =
          ColorAt(kind, (x + 0.5) / kTexels, 1 - (y + 0.5) / kTexels, seed);
      for (int c = 0; c < 3; ++c) {
        texture->srgb.at(x, y, c) = static_cast<uint8_t>(
            std::lround(std::clamp(color[c], 0.0, 1.0) * 255));
      }
    }
  }
  return texture;
}

}  // namespace stage::bench
