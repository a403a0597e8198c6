#include "engine/catalogue/procedural/noise.h"

namespace stage::engine::procedural {
namespace {

float Fade(float t) { return t * t * t * (t * (t * 6 - 15) + 10); }

float Lerp(float a, float b, float t) { return a + (b - a) * t; }

// Tables and masks: a switch over random bits is mispredicted at every corner.
constexpr float kGradients2[8][2] = {{1, 1},
                                     {1, -1},
                                     {-1, 1},
                                     {-1, -1},
                                     {1.4142f, 0},
                                     {-1.4142f, 0},
                                     {0, 1.4142f},
                                     {0, -1.4142f}};

float Gradient2(uint32_t hash, float x, float y) {
  const float* g = kGradients2[hash & 7U];
  return g[0] * x + g[1] * y;
}

constexpr float kGradients3[16][3] = {{1, 1, 0},
                                      {-1, 1, 0},
                                      {1, -1, 0},
                                      {-1, -1, 0},
                                      {1, 0, 1},
                                      {-1, 0, 1},
                                      {1, 0, -1},
                                      {-1, 0, -1},
                                      {0, 1, 1},
                                      {0, -1, 1},
                                      {0, 1, -1},
                                      {0, -1, -1},
                                      {1, 1, 0},
                                      {-1, 1, 0},
                                      {0, -1, 1},
                                      {0, -1, -1}};

float Gradient3(uint32_t hash, float x, float y, float z) {
  const float* g = kGradients3[hash & 15U];
  return g[0] * x + g[1] * y + g[2] * z;
}

/// std::floor is a call without SSE 4.1; coordinates fit an int here.
float Floor(float x) {
  const auto whole = static_cast<float>(static_cast<int32_t>(x));
  return whole > x ? whole - 1 : whole;
}

}  // namespace

float Noise2(float x, float y, uint32_t seed) {
  const float fx = Floor(x), fy = Floor(y);
  const auto ix = static_cast<uint32_t>(static_cast<int32_t>(fx));
  const auto iy = static_cast<uint32_t>(static_cast<int32_t>(fy));
  const float dx = x - fx, dy = y - fy;
  // One multiply-and-mix a corner keeps the hit shader fast.
  const uint32_t sx = seed * 0x27d4eb2fU;
  const auto corner = [&](uint32_t cx, uint32_t cy) {
    uint32_t h = (ix + cx) * 0x8da6b343U + (iy + cy) * 0xd8163841U + sx;
    h ^= h >> 15;
    h *= 0x7feb352dU;
    return h >> 19;
  };
  const float u = Fade(dx), v = Fade(dy);
  return Lerp(Lerp(Gradient2(corner(0, 0), dx, dy),
                   Gradient2(corner(1, 0), dx - 1, dy),
                   u),
              Lerp(Gradient2(corner(0, 1), dx, dy - 1),
                   Gradient2(corner(1, 1), dx - 1, dy - 1),
                   u),
              v);
}

float Noise3(const Eigen::Vector3f& p, uint32_t seed) {
  const float fx = Floor(p.x()), fy = Floor(p.y()), fz = Floor(p.z());
  const auto ix = static_cast<uint32_t>(static_cast<int32_t>(fx));
  const auto iy = static_cast<uint32_t>(static_cast<int32_t>(fy));
  const auto iz = static_cast<uint32_t>(static_cast<int32_t>(fz));
  const float dx = p.x() - fx, dy = p.y() - fy, dz = p.z() - fz;
  const uint32_t sx = seed * 0x27d4eb2fU;
  const auto corner = [&](uint32_t cx, uint32_t cy, uint32_t cz) {
    uint32_t h = (ix + cx) * 0x8da6b343U + (iy + cy) * 0xd8163841U +
                 (iz + cz) * 0xcb1ab31fU + sx;
    h ^= h >> 15;
    h *= 0x7feb352dU;
    h = h >> 19;
    return Gradient3(h,
                     dx - static_cast<float>(cx),
                     dy - static_cast<float>(cy),
                     dz - static_cast<float>(cz));
  };
  const float u = Fade(dx), v = Fade(dy), w = Fade(dz);
  return Lerp(Lerp(Lerp(corner(0, 0, 0), corner(1, 0, 0), u),
                   Lerp(corner(0, 1, 0), corner(1, 1, 0), u),
                   v),
              Lerp(Lerp(corner(0, 0, 1), corner(1, 0, 1), u),
                   Lerp(corner(0, 1, 1), corner(1, 1, 1), u),
                   v),
              w);
}

float Fbm2(float x, float y, int octaves, float gain, uint32_t seed) {
  float sum = 0, weight = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * Noise2(x, y, seed + static_cast<uint32_t>(i));
    total += weight;
    weight *= gain;
    x = x * 2 + 17.3f;
    y = y * 2 - 9.1f;
  }
  return sum / total;
}

float Fbm3(const Eigen::Vector3f& p, int octaves, float gain, uint32_t seed) {
  Eigen::Vector3f q = p;
  float sum = 0, weight = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * Noise3(q, seed + static_cast<uint32_t>(i));
    total += weight;
    weight *= gain;
    q = q * 2 + Eigen::Vector3f(17.3f, -9.1f, 4.7f);
  }
  return sum / total;
}

uint32_t Random::Next() {
  // SplitMix64, upper half.
  state_ += 0x9e3779b97f4a7c15ULL;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
}

float Random::Normal() {
  float sum = 0;
  for (int i = 0; i < 6; ++i) sum += Unit();
  return (sum - 3) * 1.4142f;
}

}  // namespace stage::engine::procedural
