#pragma once

#include <cstdint>
#include <span>

#include "core/image.h"

namespace stage {

/// Turns four channels of ink (0 = none, maximum = full) into three of sRGB,
/// by the CMYK profile or, without a usable one, by plain subtraction.
/// Works on whichever image is not empty.
void CmykToSrgb(std::span<const uint8_t> icc_profile,
                ImageU8& pixels8,
                ImageU16& pixels16);

/// True when the profile can be read and is of the colour model that photos
/// of `channels` (1, 2: grey; 3, 4: RGB) have.
bool ProfileFits(std::span<const uint8_t> icc_profile, int channels);

}  // namespace stage
