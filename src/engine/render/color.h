#pragma once

#include <Eigen/Core>
#include <algorithm>

namespace stage::engine {

/// Linear light with Rec. 709 primaries; products are by channel.
using Color = Eigen::Array3f;

inline float Luminance(const Color& color) {
  return 0.2126f * color[0] + 0.7152f * color[1] + 0.0722f * color[2];
}

inline Color LoadColor(const float* rgb) {
  return Color(rgb[0], rgb[1], rgb[2]);
}

inline void StoreColor(const Color& color, float* rgb) {
  rgb[0] = color[0];
  rgb[1] = color[1];
  rgb[2] = color[2];
}

/// Schlick's (1 - c)^5, safe for cosines slightly outside [0, 1].
inline float SchlickWeight(float cosine) {
  const float m = std::clamp(1.0f - cosine, 0.0f, 1.0f);
  const float m2 = m * m;
  return m2 * m2 * m;
}

}  // namespace stage::engine
