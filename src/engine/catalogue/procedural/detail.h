#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/surface_detail.h"

namespace stage::engine::procedural {

/// Where detail is wanted: a point of the pattern plane and of space.
struct DetailPoint {
  Eigen::Vector3f position;  ///< object space, metres
  Eigen::Vector3f normal;
  Eigen::Vector3f tangent, bitangent;  ///< any frame of the surface
  float u, v;                          ///< pattern plane, metres; grain along u
  float footprint;                     ///< metres

  /// How much of a wave of this length survives the pixel: 0 below 1.2
  /// footprints, 1 above 3.
  float Keep(float wavelength) const {
    const float t =
        std::clamp((wavelength / footprint - 1.2f) / 1.8f, 0.0f, 1.0f);
    return t * t * (3 - 2 * t);
  }
  /// A bump of slopes (du, dv) as an offset of the normal.
  Eigen::Vector3f Tilt(float du, float dv) const {
    return tangent * du + bitangent * dv;
  }
};

/// Up to eight letters of a word as a number, to switch over.
constexpr uint64_t Word(std::string_view text) {
  uint64_t value = 0;
  for (size_t i = 0; i < text.size() && i < 8; ++i) {
    value = value << 8 | static_cast<unsigned char>(text[i]);
  }
  return value;
}

/// Noise with its slopes along x and y.
struct Slope {
  float value, dx, dy;
};
inline Slope NoiseSlope2(float x, float y, uint32_t seed) {
  constexpr float kStep = 0.08f;
  const float value = Noise2(x, y, seed);
  return {value,
          (Noise2(x + kStep, y, seed) - value) / kStep,
          (Noise2(x, y + kStep, seed) - value) / kStep};
}

SurfaceDetail FabricDetail(uint64_t variant,
                           float scale,
                           const DetailPoint& at);
SurfaceDetail WoodDetail(uint64_t variant, float scale, const DetailPoint& at);
SurfaceDetail LeatherDetail(float scale, const DetailPoint& at);
SurfaceDetail StoneDetail(uint64_t variant, float scale, const DetailPoint& at);
SurfaceDetail MetalDetail(uint64_t variant, float scale, const DetailPoint& at);
SurfaceDetail PlainDetail(uint64_t variant, float scale, const DetailPoint& at);
SurfaceDetail FoliageDetail(const DetailPoint& at);

}  // namespace stage::engine::procedural
