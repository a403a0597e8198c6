#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// A texture with its mip pyramid, read at a footprint without aliasing.
/// Texture coordinates repeat; v = 1 is the top row.
class TextureLookup {
 public:
  explicit TextureLookup(std::shared_ptr<const Texture> texture);

  /// Display values 0..1 (not linearised), alpha last (1 when there is none).
  /// @param footprint  width of the pixel in texture coordinates
  Eigen::Vector4f Display(const Eigen::Vector2f& at, float footprint) const;
  /// The same with colour made linear before it is interpolated.
  Eigen::Vector4f Linear(const Eigen::Vector2f& at, float footprint) const;
  /// Alpha of the nearest texel of the full-size texture, 0..255.
  int Alpha(const Eigen::Vector2f& at) const;
  bool has_alpha() const { return has_alpha_; }
  int width() const { return texture_->srgb.width(); }
  int height() const { return texture_->srgb.height(); }

 private:
  const ImageU8& Level(float footprint) const;

  std::shared_ptr<const Texture> texture_;
  std::vector<ImageU8> smaller_;  // half, quarter, ...
  bool has_alpha_;
};

}  // namespace stage::engine
