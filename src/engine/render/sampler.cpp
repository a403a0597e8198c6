#include "engine/render/sampler.h"

#include <array>
#include <cmath>

namespace stage::engine {
namespace {

uint32_t ReverseBits(uint32_t v) {
  v = __builtin_bswap32(v);
  v = ((v & 0x0f0f0f0fu) << 4) | ((v >> 4) & 0x0f0f0f0fu);
  v = ((v & 0x33333333u) << 2) | ((v >> 2) & 0x33333333u);
  v = ((v & 0x55555555u) << 1) | ((v >> 1) & 0x55555555u);
  return v;
}

// Laine and Karras' permutation of the lower bits by the bits below them.
uint32_t PermuteUpwards(uint32_t v, uint32_t seed) {
  v += seed;
  v ^= v * 0x6c50b47cu;
  v ^= v * 0xb82f1e52u;
  v ^= v * 0xc7afe638u;
  v ^= v * 0x8d22f6e6u;
  return v;
}

uint32_t OwenScramble(uint32_t v, uint32_t seed) {
  return ReverseBits(PermuteUpwards(ReverseBits(v), seed));
}

// The second Sobol dimension: direction numbers of the polynomial x + 1,
// folded into a table for each byte of the index.
using ByteTables = std::array<std::array<uint32_t, 256>, 4>;

constexpr ByteTables MakeSecondDimension() {
  std::array<uint32_t, 32> direction{};
  direction[0] = 1u << 31;
  for (int bit = 1; bit < 32; ++bit) {
    direction[bit] = direction[bit - 1] ^ (direction[bit - 1] >> 1);
  }
  ByteTables tables{};
  for (int byte = 0; byte < 4; ++byte) {
    for (int value = 0; value < 256; ++value) {
      uint32_t sum = 0;
      for (int bit = 0; bit < 8; ++bit) {
        if (value >> bit & 1) sum ^= direction[byte * 8 + bit];
      }
      tables[byte][value] = sum;
    }
  }
  return tables;
}

constexpr ByteTables kSecondDimension = MakeSecondDimension();

uint32_t SobolSecond(uint32_t index) {
  return kSecondDimension[0][index & 255] ^
         kSecondDimension[1][index >> 8 & 255] ^
         kSecondDimension[2][index >> 16 & 255] ^
         kSecondDimension[3][index >> 24];
}

float ToUnit(uint32_t bits) {
  return static_cast<float>(bits >> 8) * (1.0f / 16777216.0f);
}

uint32_t SpreadBits(uint32_t v) {
  v &= 0xffffu;
  v = (v | v << 8) & 0x00ff00ffu;
  v = (v | v << 4) & 0x0f0f0f0fu;
  v = (v | v << 2) & 0x33333333u;
  v = (v | v << 1) & 0x55555555u;
  return v;
}

}  // namespace

uint32_t HashBits(uint32_t v) {
  v ^= v >> 16;
  v *= 0x7feb352du;
  v ^= v >> 15;
  v *= 0x846ca68bu;
  v ^= v >> 16;
  return v;
}

uint32_t HashBits(uint32_t a, uint32_t b) {
  return HashBits(a ^ (HashBits(b) + 0x9e3779b9u + (a << 6) + (a >> 2)));
}

uint32_t MortonIndex(uint32_t x, uint32_t y) {
  return SpreadBits(x) | SpreadBits(y) << 1;
}

Eigen::Vector2f Sampler::Next2D() {
  const uint32_t scramble = HashBits(seed_ + 0x9e3779b9u * ++dimension_);
  const uint32_t index = OwenScramble(index_, scramble);
  const uint32_t x = ReverseBits(
      PermuteUpwards(index, scramble * 0x2c1b3c6du + 0x297a2d39u));
  const uint32_t y =
      OwenScramble(SobolSecond(index), scramble * 0x85ebca6bu + 0xc2b2ae35u);
  return {ToUnit(x), ToUnit(y)};
}

float Sampler::Next1D() {
  const uint32_t scramble = HashBits(seed_ + 0x9e3779b9u * ++dimension_);
  const uint32_t index = OwenScramble(index_, scramble);
  return ToUnit(ReverseBits(
      PermuteUpwards(index, scramble * 0x2c1b3c6du + 0x297a2d39u)));
}

void OrthonormalBasis(const Eigen::Vector3f& n,
                      Eigen::Vector3f* t,
                      Eigen::Vector3f* b) {
  const float sign = std::copysign(1.0f, n.z());
  const float a = -1.0f / (sign + n.z());
  const float c = n.x() * n.y() * a;
  *t = {1.0f + sign * n.x() * n.x() * a, sign * c, -sign * n.x()};
  *b = {c, sign + n.y() * n.y() * a, -n.y()};
}

Eigen::Vector3f CosineDirection(const Eigen::Vector3f& normal,
                                const Eigen::Vector2f& random) {
  Eigen::Vector3f t, b;
  OrthonormalBasis(normal, &t, &b);
  const float radius = std::sqrt(random.x());
  const float angle = 6.28318531f * random.y();
  return (t * (radius * std::cos(angle)) + b * (radius * std::sin(angle)) +
          normal * std::sqrt(std::max(0.0f, 1.0f - random.x())))
      .normalized();
}

}  // namespace stage::engine
