#pragma once

#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// A draped grid of cloth that other cloth is laid on: positions by the cloth's
/// own coordinates in metres, so that what lies on top drapes alike.
class DrapedSurface {
 public:
  /// @param sheet  (columns + 1) x (rows + 1) vertices in Sheet's order
  DrapedSurface(
      const Part& sheet, int columns, int rows, float width, float length);

  /// The point `lift` metres above cloth coordinates (s, t), 0..width and
  /// 0..length, clamped to the cloth.
  Vec3 At(float s, float t, float lift) const;

 private:
  Vec3 Sample(const std::vector<Vec3>& field, float s, float t) const;

  std::vector<Vec3> positions_, normals_;
  int columns_, rows_;
  float width_, length_;
};

}  // namespace stage::engine::procedural
