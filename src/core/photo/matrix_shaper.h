#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "core/photo/tone_lut.h"

namespace stage {

/// A colour space of three tone curves and a matrix (or one curve, for grey):
/// what sRGB, Adobe RGB, Display P3 and nearly all photo profiles are.
class MatrixShaper {
 public:
  /// @param icc_profile empty for sRGB
  /// @param channels    of the photo: 1 or 2 grey, 3 or 4 colour
  /// @param max_code    255 or 65535
  /// @return nullopt when the profile is of another make
  static std::optional<MatrixShaper> FromProfile(
      std::span<const uint8_t> icc_profile, int channels, int max_code);

  /// `count` pixels of `channels` values to 3 * count floats, linear sRGB.
  template <typename T>
  void ToLinear(const T* pixels, int channels, int count, float* linear) const;
  /// And back; the alpha of `pixels` is left as it is.
  template <typename T>
  void FromLinear(const float* linear,
                  int channels,
                  int count,
                  T* pixels) const;

 private:
  MatrixShaper() = default;

  /// Equal curves are one object.
  std::array<std::shared_ptr<const ToneLut>, 3> curves_;
  bool is_srgb_matrix_ = true;
  std::array<float, 9> to_srgb_{};    ///< row-major
  std::array<float, 9> from_srgb_{};  ///< row-major
};

}  // namespace stage
