#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/render/color.h"

namespace stage::engine {

/// A rectangle of pixels, half open.
struct PixelRegion {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
  bool empty() const { return x1 <= x0 || y1 <= y0; }
};

/// Three float planes; planes instead of pixels let filters use wide vectors.
struct ColorPlanes {
  std::array<std::vector<float>, 3> channel;

  void Resize(size_t count) {
    for (auto& plane : channel) plane.assign(count, 0.0f);
  }
  Color Get(size_t i) const {
    return {channel[0][i], channel[1][i], channel[2][i]};
  }
  void Set(size_t i, const Color& color) {
    for (int c = 0; c < 3; ++c) channel[c][i] = color[c];
  }
  void Add(size_t i, const Color& color) {
    for (int c = 0; c < 3; ++c) channel[c][i] += color[c];
  }
};

/// What camera rays gather in the part of the picture where furniture may be
/// seen: sums while sampling, means after Normalize().
struct Film {
  PixelRegion region;
  ColorPlanes diffuse;          ///< diffuse radiance, premultiplied by coverage
  ColorPlanes specular;         ///< reflections and emission, premultiplied
  ColorPlanes albedo;           ///< diffuse albedo, premultiplied
  ColorPlanes normal;           ///< smooth normal of first hits (x, y, z)
  std::vector<float> depth;     ///< of first hits
  std::vector<float> coverage;  ///< share of light the room does not send
  std::vector<float> hits;      ///< share of rays that hit something
  std::vector<float> diffuse_square, specular_square;  ///< of luminance
  /// Display value of the composite, which tells where samples are missing;
  /// gone after Normalize().
  std::vector<float> shown, shown_square;
  std::vector<uint16_t> samples;
  std::vector<uint16_t> object;  ///< 1 + index of the first object hit

  explicit Film(const PixelRegion& region);
  size_t Index(int x, int y) const {
    return static_cast<size_t>(y - region.y0) * region.width() + x - region.x0;
  }
  size_t size() const { return coverage.size(); }
  /// Turns sums into means. Squares become the variance of the mean.
  void Normalize();
};

}  // namespace stage::engine
