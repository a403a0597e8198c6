#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace stage::engine {

// Inline throughout: several of these are drawn for every ray.

/// Mixes 32 bits well; the base of every random decision of the renderer.
inline uint32_t HashBits(uint32_t v) {
  v ^= v >> 16;
  v *= 0x7feb352du;
  v ^= v >> 15;
  v *= 0x846ca68bu;
  v ^= v >> 16;
  return v;
}
uint32_t HashBits(uint32_t a, uint32_t b);

/// Position of a pixel along the Z-order curve; coordinates below 65536.
uint32_t MortonIndex(uint32_t x, uint32_t y);

namespace sobol {

inline uint32_t ReverseBits(uint32_t v) {
  v = __builtin_bswap32(v);
  v = ((v & 0x0f0f0f0fu) << 4) | ((v >> 4) & 0x0f0f0f0fu);
  v = ((v & 0x33333333u) << 2) | ((v >> 2) & 0x33333333u);
  v = ((v & 0x55555555u) << 1) | ((v >> 1) & 0x55555555u);
  return v;
}

// Laine and Karras' permutation of the lower bits by the bits below them.
inline uint32_t PermuteUpwards(uint32_t v, uint32_t seed) {
  v += seed;
  v ^= v * 0x6c50b47cu;
  v ^= v * 0xb82f1e52u;
  v ^= v * 0xc7afe638u;
  v ^= v * 0x8d22f6e6u;
  return v;
}

inline uint32_t OwenScramble(uint32_t v, uint32_t seed) {
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

inline constexpr ByteTables kSecondDimension = MakeSecondDimension();

inline uint32_t SobolSecond(uint32_t index) {
  return kSecondDimension[0][index & 255] ^
         kSecondDimension[1][index >> 8 & 255] ^
         kSecondDimension[2][index >> 16 & 255] ^
         kSecondDimension[3][index >> 24];
}

inline float ToUnit(uint32_t bits) {
  return static_cast<float>(bits >> 8) * (1.0f / 16777216.0f);
}

}  // namespace sobol

/// Draws one point after another of an Owen-scrambled Sobol sequence, a fresh
/// scramble a dimension pair (Burley, "Practical Hash-based Owen Scrambling",
/// JCGT 9(4), 2020). Pixels that take their indices along the Z-order curve
/// share one stratified set with their neighbours, which spreads the error as
/// high frequencies that a denoiser removes.
class Sampler {
 public:
  Sampler(uint32_t index, uint32_t seed) : index_(index), seed_(seed) {}

  /// Two numbers in [0, 1).
  Eigen::Vector2f Next2D();
  /// One number in [0, 1).
  float Next1D();

 private:
  uint32_t index_;
  uint32_t seed_;
  uint32_t dimension_ = 0;
};

inline Eigen::Vector2f Sampler::Next2D() {
  const uint32_t scramble = HashBits(seed_ + 0x9e3779b9u * ++dimension_);
  const uint32_t index = sobol::OwenScramble(index_, scramble);
  const uint32_t x = sobol::ReverseBits(
      sobol::PermuteUpwards(index, scramble * 0x2c1b3c6du + 0x297a2d39u));
  const uint32_t y = sobol::OwenScramble(sobol::SobolSecond(index),
                                         scramble * 0x85ebca6bu + 0xc2b2ae35u);
  return {sobol::ToUnit(x), sobol::ToUnit(y)};
}

inline float Sampler::Next1D() {
  const uint32_t scramble = HashBits(seed_ + 0x9e3779b9u * ++dimension_);
  const uint32_t index = sobol::OwenScramble(index_, scramble);
  return sobol::ToUnit(sobol::ReverseBits(
      sobol::PermuteUpwards(index, scramble * 0x2c1b3c6du + 0x297a2d39u)));
}

/// Unit vectors t, b that make a right-handed frame with unit n (Duff et al.,
/// "Building an Orthonormal Basis, Revisited", JCGT 6(1), 2017).
inline void OrthonormalBasis(const Eigen::Vector3f& n,
                             Eigen::Vector3f* t,
                             Eigen::Vector3f* b) {
  const float sign = std::copysign(1.0f, n.z());
  const float a = -1.0f / (sign + n.z());
  const float c = n.x() * n.y() * a;
  *t = {1.0f + sign * n.x() * n.x() * a, sign * c, -sign * n.x()};
  *b = {c, sign + n.y() * n.y() * a, -n.y()};
}

/// Direction around `normal` with density cosine / pi.
inline Eigen::Vector3f CosineDirection(const Eigen::Vector3f& normal,
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
