#include "engine/catalogue/procedural/draped_surface.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace stage::engine::procedural {
namespace {

/// Cloth on top bridges narrow valleys and does not copy every crease.
void Blur(std::vector<Vec3>& field, int columns, int rows, int passes) {
  const int width = columns + 1;
  std::vector<Vec3> next(field.size());
  for (int pass = 0; pass < passes; ++pass) {
    for (int j = 0; j <= rows; ++j) {
      for (int i = 0; i <= columns; ++i) {
        const int l = std::max(i - 1, 0), r = std::min(i + 1, columns);
        const int d = std::max(j - 1, 0), u = std::min(j + 1, rows);
        next[j * width + i] =
            0.2f * (field[j * width + i] + field[j * width + l] +
                    field[j * width + r] + field[d * width + i] +
                    field[u * width + i]);
      }
    }
    field.swap(next);
  }
}

/// Weights of the uniform cubic B-spline for the four points about `t` of 0..1:
/// smooth to the second derivative, so cloth on top shows no facets.
std::array<float, 4> BSpline(float t) {
  const float u = 1 - t;
  return {u * u * u / 6,
          (3 * t * t * t - 6 * t * t + 4) / 6,
          (3 * u * u * u - 6 * u * u + 4) / 6,
          t * t * t / 6};
}

}  // namespace

DrapedSurface::DrapedSurface(
    const Part& sheet, int columns, int rows, float width, float length)
    : positions_(sheet.positions),
      normals_(sheet.normals),
      columns_(columns),
      rows_(rows),
      width_(width),
      length_(length) {
  Blur(normals_, columns_, rows_, 5);
  for (Vec3& normal : normals_) normal.normalize();
}

Vec3 DrapedSurface::Sample(const std::vector<Vec3>& field,
                           float s,
                           float t) const {
  const float x =
      std::clamp(s / width_, 0.0f, 1.0f) * static_cast<float>(columns_);
  const float y =
      std::clamp(t / length_, 0.0f, 1.0f) * static_cast<float>(rows_);
  const int i = std::min(static_cast<int>(x), columns_ - 1);
  const int j = std::min(static_cast<int>(y), rows_ - 1);
  const std::array<float, 4> across = BSpline(x - static_cast<float>(i));
  const std::array<float, 4> along = BSpline(y - static_cast<float>(j));
  Vec3 sum = Vec3::Zero();
  for (int l = 0; l < 4; ++l) {
    const int row = std::clamp(j + l - 1, 0, rows_);
    for (int k = 0; k < 4; ++k) {
      const int column = std::clamp(i + k - 1, 0, columns_);
      sum += across[k] * along[l] * field[row * (columns_ + 1) + column];
    }
  }
  return sum;
}

Vec3 DrapedSurface::At(float s, float t, float lift) const {
  return Sample(positions_, s, t) + lift * Sample(normals_, s, t);
}

}  // namespace stage::engine::procedural
