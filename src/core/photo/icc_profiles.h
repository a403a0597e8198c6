#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace stage {

/// CIE xy of white and the three primaries.
struct RgbPrimaries {
  std::array<double, 2> white;
  std::array<double, 2> red;
  std::array<double, 2> green;
  std::array<double, 2> blue;
};

inline constexpr RgbPrimaries kSrgbPrimaries = {
    {0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};
inline constexpr RgbPrimaries kAdobeRgbPrimaries = {
    {0.3127, 0.3290}, {0.64, 0.33}, {0.21, 0.71}, {0.15, 0.06}};
inline constexpr RgbPrimaries kDisplayP3Primaries = {
    {0.3127, 0.3290}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
inline constexpr RgbPrimaries kRec2020Primaries = {
    {0.3127, 0.3290}, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};

/// An ICC profile with these primaries and a power curve.
std::vector<uint8_t> GammaProfile(const RgbPrimaries& primaries, double gamma);

/// The same, or nothing when it is sRGB for all a photo can tell (gamma 2.2
/// with its primaries is how files without a profile say sRGB).
std::vector<uint8_t> GammaProfileUnlessSrgb(const RgbPrimaries& primaries,
                                            double gamma);

/// An ICC profile with these primaries and the sRGB curve.
std::vector<uint8_t> SrgbCurveProfile(const RgbPrimaries& primaries);

/// The sRGB profile itself.
std::vector<uint8_t> SrgbProfile();

/// A grey profile with a power curve.
std::vector<uint8_t> GreyGammaProfile(double gamma);

}  // namespace stage
