#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace stage::engine::procedural {

/// A well mixed 32 bit hash (lowbias32 by C. Wellons).
inline uint32_t Hash(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}
inline uint32_t Hash(uint32_t x, uint32_t y) {
  return Hash(x ^ Hash(y + 0x9e3779b9U));
}
inline uint32_t Hash(uint32_t x, uint32_t y, uint32_t z) {
  return Hash(x ^ Hash(y + 0x9e3779b9U) ^ (Hash(z + 0x85ebca6bU) * 3));
}
/// Uniform in [0, 1).
inline float HashUnit(uint32_t x) {
  return static_cast<float>(Hash(x) >> 8) * (1.0f / 16777216.0f);
}

/// Smooth gradient noise (K. Perlin, "Improving Noise", 2002) in about
/// [-1, 1], mean 0, features of about one unit.
float Noise2(float x, float y, uint32_t seed = 0);
float Noise3(const Eigen::Vector3f& p, uint32_t seed = 0);
/// Sum of octaves, each half as wide and `gain` as strong; in about [-1, 1].
float Fbm2(float x, float y, int octaves, float gain = 0.5f, uint32_t seed = 0);
float Fbm3(const Eigen::Vector3f& p,
           int octaves,
           float gain = 0.5f,
           uint32_t seed = 0);

/// A repeatable stream of random numbers.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  uint32_t Next();
  float Unit() {
    return static_cast<float>(Next() >> 8) * (1.0f / 16777216.0f);
  }
  float Range(float low, float high) { return low + (high - low) * Unit(); }
  /// In [0, count).
  int Index(int count) {
    return static_cast<int>(Unit() * static_cast<float>(count));
  }
  /// About normally distributed, standard deviation 1.
  float Normal();

 private:
  uint64_t state_;
};

}  // namespace stage::engine::procedural
