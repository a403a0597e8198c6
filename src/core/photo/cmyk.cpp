#include "core/photo/cmyk.h"

#include <lcms2.h>

#include <limits>

#include "core/photo/lcms_handles.h"

namespace stage {
namespace {

LcmsProfile Open(std::span<const uint8_t> icc_profile) {
  if (icc_profile.empty()) return nullptr;
  return LcmsProfile(cmsOpenProfileFromMem(
      icc_profile.data(), static_cast<cmsUInt32Number>(icc_profile.size())));
}

LcmsTransform CmykTransform(std::span<const uint8_t> icc_profile,
                            cmsUInt32Number from,
                            cmsUInt32Number to) {
  const LcmsProfile cmyk = Open(icc_profile);
  if (!cmyk || cmsGetColorSpace(cmyk.get()) != cmsSigCmykData) return nullptr;
  const LcmsProfile srgb(cmsCreate_sRGBProfile());
  // Perceptual, as printers' profiles are made for: paper white becomes white.
  return LcmsTransform(cmsCreateTransform(
      cmyk.get(), from, srgb.get(), to, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE));
}

template <typename T>
void Subtract(const T* ink, int count, T* rgb) {
  constexpr uint64_t kMax = std::numeric_limits<T>::max();
  for (int i = 0; i < count; ++i, ink += 4, rgb += 3) {
    for (int c = 0; c < 3; ++c) {
      const uint64_t light = (kMax - ink[c]) * (kMax - ink[3]);
      rgb[c] = static_cast<T>((light + kMax / 2) / kMax);
    }
  }
}

template <typename T>
void Convert(cmsHTRANSFORM transform, Image<T>& pixels) {
  Image<T> rgb(pixels.width(), pixels.height(), 3);
  for (int y = 0; y < pixels.height(); ++y) {
    if (transform != nullptr) {
      cmsDoTransform(transform, pixels.row(y), rgb.row(y), pixels.width());
    } else {
      Subtract(pixels.row(y), pixels.width(), rgb.row(y));
    }
  }
  pixels = std::move(rgb);
}

}  // namespace

void CmykToSrgb(std::span<const uint8_t> icc_profile,
                ImageU8& pixels8,
                ImageU16& pixels16) {
  if (!pixels8.empty()) {
    Convert(CmykTransform(icc_profile, TYPE_CMYK_8, TYPE_RGB_8).get(), pixels8);
  } else {
    Convert(CmykTransform(icc_profile, TYPE_CMYK_16, TYPE_RGB_16).get(),
            pixels16);
  }
}

bool ProfileFits(std::span<const uint8_t> icc_profile, int channels) {
  const LcmsProfile profile = Open(icc_profile);
  if (!profile) return false;
  const cmsColorSpaceSignature space = cmsGetColorSpace(profile.get());
  return space == (channels <= 2 ? cmsSigGrayData : cmsSigRgbData);
}

}  // namespace stage
