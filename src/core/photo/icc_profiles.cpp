#include "core/photo/icc_profiles.h"

#include <lcms2.h>

#include <cmath>
#include <stdexcept>

namespace stage {
namespace {

std::vector<uint8_t> SaveAndClose(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  std::vector<uint8_t> bytes;
  const bool measured =
      profile != nullptr && cmsSaveProfileToMem(profile, nullptr, &size);
  if (measured) {
    bytes.resize(size);
    if (!cmsSaveProfileToMem(profile, bytes.data(), &size)) bytes.clear();
  }
  if (profile != nullptr) cmsCloseProfile(profile);
  return bytes;
}

std::vector<uint8_t> RgbProfile(const RgbPrimaries& primaries,
                                cmsToneCurve* curve) {
  const cmsCIExyY white = {primaries.white[0], primaries.white[1], 1.0};
  const cmsCIExyYTRIPLE rgb = {{primaries.red[0], primaries.red[1], 1.0},
                               {primaries.green[0], primaries.green[1], 1.0},
                               {primaries.blue[0], primaries.blue[1], 1.0}};
  cmsToneCurve* curves[3] = {curve, curve, curve};
  std::vector<uint8_t> bytes =
      SaveAndClose(cmsCreateRGBProfile(&white, &rgb, curves));
  cmsFreeToneCurve(curve);
  return bytes;
}

bool Near(const std::array<double, 2>& a, const std::array<double, 2>& b) {
  constexpr double kTolerance = 0.004;
  return std::abs(a[0] - b[0]) < kTolerance &&
         std::abs(a[1] - b[1]) < kTolerance;
}

}  // namespace

std::vector<uint8_t> GammaProfile(const RgbPrimaries& primaries, double gamma) {
  return RgbProfile(primaries, cmsBuildGamma(nullptr, gamma));
}

std::vector<uint8_t> GammaProfileUnlessSrgb(const RgbPrimaries& primaries,
                                            double gamma) {
  const bool srgb = Near(primaries.white, kSrgbPrimaries.white) &&
                    Near(primaries.red, kSrgbPrimaries.red) &&
                    Near(primaries.green, kSrgbPrimaries.green) &&
                    Near(primaries.blue, kSrgbPrimaries.blue) &&
                    std::abs(gamma - 2.2) < 0.05;
  if (srgb || gamma < 0.2 || gamma > 10.0) return {};
  return GammaProfile(primaries, gamma);
}

std::vector<uint8_t> SrgbCurveProfile(const RgbPrimaries& primaries) {
  // IEC 61966-2-1 as ICC parametric curve type 4.
  const double parameters[5] = {
      2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045};
  return RgbProfile(primaries,
                    cmsBuildParametricToneCurve(nullptr, 4, parameters));
}

std::vector<uint8_t> SrgbProfile() {
  return SaveAndClose(cmsCreate_sRGBProfile());
}

std::vector<uint8_t> GreyGammaProfile(double gamma) {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, gamma);
  const cmsCIExyY white = {0.3127, 0.3290, 1.0};
  std::vector<uint8_t> bytes =
      SaveAndClose(cmsCreateGrayProfile(&white, curve));
  cmsFreeToneCurve(curve);
  return bytes;
}

}  // namespace stage
