#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/photo/lcms_handles.h"
#include "core/photo/matrix_shaper.h"
#include "core/photo/photo.h"

namespace stage {
namespace {

int MaxCode(const Photo& photo) { return photo.is_16_bit() ? 65535 : 255; }

/// Profiles that are tables: lcms2 itself, in floats. Slow and rare.
class TableProfile {
 public:
  TableProfile(const std::vector<uint8_t>& icc_profile, int channels)
      : colors_(channels <= 2 ? 1 : 3) {
    const LcmsProfile own(cmsOpenProfileFromMem(
        icc_profile.data(), static_cast<cmsUInt32Number>(icc_profile.size())));
    if (!own) return;
    const LcmsProfile linear = LinearSrgbProfile();
    const cmsUInt32Number format = colors_ == 1 ? TYPE_GRAY_FLT : TYPE_RGB_FLT;
    to_linear_.reset(cmsCreateTransform(own.get(),
                                        format,
                                        linear.get(),
                                        TYPE_RGB_FLT,
                                        INTENT_RELATIVE_COLORIMETRIC,
                                        cmsFLAGS_NOCACHE));
    from_linear_.reset(cmsCreateTransform(linear.get(),
                                          TYPE_RGB_FLT,
                                          own.get(),
                                          format,
                                          INTENT_RELATIVE_COLORIMETRIC,
                                          cmsFLAGS_NOCACHE));
  }

  bool usable() const { return to_linear_ && from_linear_; }

  template <typename T>
  void ToLinear(const T* pixels,
                int channels,
                int count,
                float max_code,
                float* linear) const {
    std::vector<float> values(static_cast<size_t>(count) * colors_);
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < colors_; ++c) {
        values[i * colors_ + c] = pixels[i * channels + c] / max_code;
      }
    }
    cmsDoTransform(to_linear_.get(), values.data(), linear, count);
  }

  template <typename T>
  void FromLinear(const float* linear,
                  int channels,
                  int count,
                  float max_code,
                  T* pixels) const {
    std::vector<float> values(static_cast<size_t>(count) * colors_);
    cmsDoTransform(from_linear_.get(), linear, values.data(), count);
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < colors_; ++c) {
        const float value = std::clamp(values[i * colors_ + c], 0.0f, 1.0f);
        pixels[i * channels + c] = static_cast<T>(value * max_code + 0.5f);
      }
    }
  }

 private:
  int colors_;
  LcmsTransform to_linear_;
  LcmsTransform from_linear_;
};

}  // namespace

LcmsProfile LinearSrgbProfile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1.0};
  const cmsCIExyYTRIPLE primaries = {
      {0.64, 0.33, 1.0}, {0.30, 0.60, 1.0}, {0.15, 0.06, 1.0}};
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 1.0);
  cmsToneCurve* curves[3] = {curve, curve, curve};
  LcmsProfile profile(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(curve);
  return profile;
}

struct ColorConverter::Impl {
  int max_code = 255;
  std::optional<MatrixShaper> shaper;
  std::optional<TableProfile> table;

  template <typename T>
  void ToLinear(const T* pixels, int channels, int count, float* linear) const {
    if (shaper) {
      shaper->ToLinear(pixels, channels, count, linear);
    } else {
      table->ToLinear(pixels, channels, count, max_code, linear);
    }
  }
  template <typename T>
  void FromLinear(const float* linear,
                  int channels,
                  int count,
                  T* pixels) const {
    if (shaper) {
      shaper->FromLinear(linear, channels, count, pixels);
    } else {
      table->FromLinear(linear, channels, count, max_code, pixels);
    }
  }
};

ColorConverter::ColorConverter(const Photo& photo)
    : impl_(std::make_unique<Impl>()) {
  impl_->max_code = MaxCode(photo);
  impl_->shaper = MatrixShaper::FromProfile(
      photo.icc_profile, photo.channels(), impl_->max_code);
  if (impl_->shaper) return;
  impl_->table.emplace(photo.icc_profile, photo.channels());
  if (impl_->table->usable()) return;
  // A profile that nothing can read counts as none.
  impl_->table.reset();
  impl_->shaper =
      MatrixShaper::FromProfile({}, photo.channels(), impl_->max_code);
}

ColorConverter::~ColorConverter() = default;
ColorConverter::ColorConverter(ColorConverter&&) noexcept = default;

void ColorConverter::ToLinear(
    const Photo& photo, int x, int y, int count, float* linear) const {
  assert(MaxCode(photo) == impl_->max_code);
  assert(x >= 0 && count >= 0 && x + count <= photo.width());
  const int channels = photo.channels();
  const size_t offset = static_cast<size_t>(x) * channels;
  if (photo.is_16_bit()) {
    impl_->ToLinear(photo.pixels16.row(y) + offset, channels, count, linear);
  } else {
    impl_->ToLinear(photo.pixels8.row(y) + offset, channels, count, linear);
  }
}

void ColorConverter::FromLinear(
    const float* linear, int x, int y, int count, Photo& photo) const {
  assert(MaxCode(photo) == impl_->max_code);
  assert(x >= 0 && count >= 0 && x + count <= photo.width());
  const int channels = photo.channels();
  const size_t offset = static_cast<size_t>(x) * channels;
  if (photo.is_16_bit()) {
    impl_->FromLinear(linear, channels, count, photo.pixels16.row(y) + offset);
  } else {
    impl_->FromLinear(linear, channels, count, photo.pixels8.row(y) + offset);
  }
}

}  // namespace stage
