#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace stage::engine {

/// Mixes 32 bits well; the base of every random decision of the renderer.
uint32_t HashBits(uint32_t value);
uint32_t HashBits(uint32_t a, uint32_t b);

/// Position of a pixel along the Z-order curve; coordinates below 65536.
uint32_t MortonIndex(uint32_t x, uint32_t y);

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

/// Unit vectors t, b that make a right-handed frame with unit n (Duff et al.,
/// "Building an Orthonormal Basis, Revisited", JCGT 6(1), 2017).
void OrthonormalBasis(const Eigen::Vector3f& n,
                      Eigen::Vector3f* t,
                      Eigen::Vector3f* b);

/// Direction around `normal` with density cosine / pi.
Eigen::Vector3f CosineDirection(const Eigen::Vector3f& normal,
                                const Eigen::Vector2f& random);

}  // namespace stage::engine
