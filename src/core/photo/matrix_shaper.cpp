#include "core/photo/matrix_shaper.h"

#include <lcms2.h>

#include <Eigen/Dense>
#include <cmath>

#include "core/photo/lcms_handles.h"
#include "core/photo/srgb_curve.h"

namespace stage {
namespace {

using Curve = std::function<double(double)>;

// lcms evaluates sampled curves in 16 bits; from the samples it is finer.
std::optional<Curve> CurveOfTag(cmsHPROFILE profile, cmsTagSignature tag) {
  const auto* curve =
      static_cast<const cmsToneCurve*>(cmsReadTag(profile, tag));
  if (curve == nullptr || !cmsIsToneCurveMonotonic(curve) ||
      cmsIsToneCurveDescending(curve)) {
    return std::nullopt;
  }
  if (cmsGetToneCurveParametricType(curve) != 0) {
    return [curve](double value) {
      return cmsEvalToneCurveFloat(curve, static_cast<float>(value));
    };
  }
  const int entries =
      static_cast<int>(cmsGetToneCurveEstimatedTableEntries(curve));
  const cmsUInt16Number* table = cmsGetToneCurveEstimatedTable(curve);
  if (table == nullptr || entries < 2) return std::nullopt;
  return [table, entries](double value) {
    const double position = value * (entries - 1);
    const int below = std::min(static_cast<int>(position), entries - 2);
    const double fraction = position - below;
    return (table[below] * (1 - fraction) + table[below + 1] * fraction) /
           65535.0;
  };
}

std::optional<Eigen::Matrix3d> ColorantsOf(cmsHPROFILE profile) {
  Eigen::Matrix3d matrix;
  const cmsTagSignature tags[3] = {
      cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag};
  for (int i = 0; i < 3; ++i) {
    const auto* xyz =
        static_cast<const cmsCIEXYZ*>(cmsReadTag(profile, tags[i]));
    if (xyz == nullptr) return std::nullopt;
    matrix.col(i) << xyz->X, xyz->Y, xyz->Z;
  }
  return matrix;
}

// From the profile's linear RGB to linear sRGB, white to white.
std::optional<Eigen::Matrix3d> MatrixToSrgb(cmsHPROFILE profile) {
  const LcmsProfile srgb(cmsCreate_sRGBProfile());
  const auto from = ColorantsOf(profile);
  const auto to = ColorantsOf(srgb.get());
  if (!from || !to) return std::nullopt;
  Eigen::Matrix3d matrix = to->inverse() * *from;
  const Eigen::Vector3d white = matrix.rowwise().sum();
  if (!matrix.allFinite() || (white.array() < 0.5).any() ||
      (white.array() > 2.0).any() || std::abs(matrix.determinant()) < 1e-4) {
    return std::nullopt;
  }
  for (int i = 0; i < 3; ++i) matrix.row(i) /= white[i];
  return matrix;
}

std::array<float, 9> RowMajor(const Eigen::Matrix3d& matrix) {
  std::array<float, 9> values;
  for (int i = 0; i < 9; ++i) {
    values[i] = static_cast<float>(matrix(i / 3, i % 3));
  }
  return values;
}

void Multiply(const std::array<float, 9>& m, float& r, float& g, float& b) {
  const float red = m[0] * r + m[1] * g + m[2] * b;
  const float green = m[3] * r + m[4] * g + m[5] * b;
  const float blue = m[6] * r + m[7] * g + m[8] * b;
  r = red;
  g = green;
  b = blue;
}

}  // namespace

std::optional<MatrixShaper> MatrixShaper::FromProfile(
    std::span<const uint8_t> icc_profile, int channels, int max_code) {
  MatrixShaper shaper;
  const auto make_lut = [max_code](const Curve& curve) {
    return std::make_shared<const ToneLut>(curve, max_code);
  };
  if (icc_profile.empty()) {
    shaper.curves_.fill(make_lut(SrgbToLinear));
    return shaper;
  }
  const LcmsProfile profile(cmsOpenProfileFromMem(
      icc_profile.data(), static_cast<cmsUInt32Number>(icc_profile.size())));
  if (!profile || cmsIsTag(profile.get(), cmsSigAToB0Tag)) return std::nullopt;
  if (channels <= 2) {
    const auto curve = CurveOfTag(profile.get(), cmsSigGrayTRCTag);
    if (!curve) return std::nullopt;
    shaper.curves_.fill(make_lut(*curve));
    return shaper;
  }
  if (!cmsIsMatrixShaper(profile.get())) return std::nullopt;
  const cmsTagSignature tags[3] = {
      cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  for (int i = 0; i < 3; ++i) {
    const auto curve = CurveOfTag(profile.get(), tags[i]);
    if (!curve) return std::nullopt;
    shaper.curves_[i] = make_lut(*curve);
    for (int j = 0; j < i; ++j) {
      if (*shaper.curves_[j] == *shaper.curves_[i]) {
        shaper.curves_[i] = shaper.curves_[j];
      }
    }
  }
  const auto matrix = MatrixToSrgb(profile.get());
  if (!matrix) return std::nullopt;
  // The many sRGB profiles differ in the third digit; none means it.
  constexpr double kSameSpace = 2e-3;
  shaper.is_srgb_matrix_ =
      (*matrix - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() <
      kSameSpace;
  shaper.to_srgb_ = RowMajor(*matrix);
  shaper.from_srgb_ = RowMajor(matrix->inverse());
  return shaper;
}

template <typename T>
void MatrixShaper::ToLinear(const T* pixels,
                            int channels,
                            int count,
                            float* linear) const {
  const ToneLut& red = *curves_[0];
  const ToneLut& green = *curves_[1];
  const ToneLut& blue = *curves_[2];
  if (channels <= 2) {
    for (int i = 0; i < count; ++i, pixels += channels, linear += 3) {
      linear[0] = linear[1] = linear[2] = red.Decode(pixels[0]);
    }
    return;
  }
  const bool needs_matrix = !is_srgb_matrix_;
  for (int i = 0; i < count; ++i, pixels += channels, linear += 3) {
    float r = red.Decode(pixels[0]);
    float g = green.Decode(pixels[1]);
    float b = blue.Decode(pixels[2]);
    if (needs_matrix) Multiply(to_srgb_, r, g, b);
    linear[0] = r;
    linear[1] = g;
    linear[2] = b;
  }
}

template <typename T>
void MatrixShaper::FromLinear(const float* linear,
                              int channels,
                              int count,
                              T* pixels) const {
  const ToneLut& red = *curves_[0];
  const ToneLut& green = *curves_[1];
  const ToneLut& blue = *curves_[2];
  if (channels <= 2) {
    for (int i = 0; i < count; ++i, pixels += channels, linear += 3) {
      // Rec. 709 luminance; written so that equal channels stay exact.
      const float luminance = linear[1] + 0.2126f * (linear[0] - linear[1]) +
                              0.0722f * (linear[2] - linear[1]);
      pixels[0] = static_cast<T>(red.Encode(luminance));
    }
    return;
  }
  const bool needs_matrix = !is_srgb_matrix_;
  for (int i = 0; i < count; ++i, pixels += channels, linear += 3) {
    float r = linear[0];
    float g = linear[1];
    float b = linear[2];
    if (needs_matrix) Multiply(from_srgb_, r, g, b);
    pixels[0] = static_cast<T>(red.Encode(r));
    pixels[1] = static_cast<T>(green.Encode(g));
    pixels[2] = static_cast<T>(blue.Encode(b));
  }
}

template void MatrixShaper::ToLinear(const uint8_t*, int, int, float*) const;
template void MatrixShaper::ToLinear(const uint16_t*, int, int, float*) const;
template void MatrixShaper::FromLinear(const float*, int, int, uint8_t*) const;
template void MatrixShaper::FromLinear(const float*, int, int, uint16_t*) const;

}  // namespace stage
