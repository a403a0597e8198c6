#pragma once

#include <cmath>

namespace stage::engine {

/// Oklab: lightness 0..1, and two opponent axes whose distance from zero is
/// chroma. Source: bottosson.github.io/posts/oklab (the sRGB matrices).
struct Oklab {
  float lightness = 0, a = 0, b = 0;
};

/// @param rgb  linear light, sRGB primaries
inline Oklab OklabOf(const float* rgb) {
  const float l = std::cbrt(0.4122214708f * rgb[0] + 0.5363325363f * rgb[1] +
                            0.0514459929f * rgb[2]);
  const float m = std::cbrt(0.2119034982f * rgb[0] + 0.6806995451f * rgb[1] +
                            0.1073969566f * rgb[2]);
  const float s = std::cbrt(0.0883024619f * rgb[0] + 0.2817188376f * rgb[1] +
                            0.6299787005f * rgb[2]);
  return {0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
          1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
          0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s};
}

/// May leave 0..1 for colours that sRGB does not have.
inline void RgbOf(const Oklab& lab, float* rgb) {
  const float l = lab.lightness + 0.3963377774f * lab.a + 0.2158037573f * lab.b;
  const float m = lab.lightness - 0.1055613458f * lab.a - 0.0638541728f * lab.b;
  const float s = lab.lightness - 0.0894841775f * lab.a - 1.2914855480f * lab.b;
  const float l3 = l * l * l, m3 = m * m * m, s3 = s * s * s;
  rgb[0] = 4.0767416621f * l3 - 3.3077115913f * m3 + 0.2309699292f * s3;
  rgb[1] = -1.2684380046f * l3 + 2.6097574011f * m3 - 0.3413193965f * s3;
  rgb[2] = -0.0041960863f * l3 - 0.7034186147f * m3 + 1.7076147010f * s3;
}

}  // namespace stage::engine
