#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/catalogue/mesh.h"
#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// A picture being painted in linear light. Coordinates are fractions of the
/// width: x from 0 to 1, y from 0 at the top down to height / width.
class Canvas {
 public:
  Canvas(int width, int height, const Vec3& ground);

  float aspect() const {
    return static_cast<float>(height_) / static_cast<float>(width_);
  }

  /// Every pixel anew from its place and present colour.
  void Paint(
      const std::function<Vec3(float x, float y, const Vec3& below)>& colour);
  /// Fills a closed polygon; edges are smooth.
  void Fill(const std::vector<Vec2>& polygon,
            const Vec3& colour,
            float opacity = 1);
  /// A brush or pen line of changing width (full widths along the path).
  void Stroke(const std::vector<Vec2>& path,
              const std::vector<float>& widths,
              const Vec3& colour,
              float opacity = 1);

  std::shared_ptr<const Texture> Finish() const;

 private:
  void Blend(int x, int y, const Vec3& colour, float opacity);

  int width_, height_;
  std::vector<Vec3> pixels_;
};

/// A smooth curve through points; closed curves end where they start.
std::vector<Vec2> Curve(const std::vector<Vec2>& points,
                        int samples_each,
                        bool closed);

/// Mix in linear light.
inline Vec3 Mix(const Vec3& a, const Vec3& b, float t) {
  return a + (b - a) * t;
}

}  // namespace stage::engine::procedural
