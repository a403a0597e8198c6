#pragma once

#include "core/image.h"

namespace stage {

/// Turns an image as stored upright, by the EXIF orientation 1 to 8 that
/// came with it; any other value leaves it alone.
/// Source: CIPA DC-008 (Exif 2.32), 4.6.4 A.
ImageU8 TurnUpright(ImageU8 stored, int orientation);
ImageU16 TurnUpright(ImageU16 stored, int orientation);

/// True when the orientation exchanges width and height.
constexpr bool SwapsSides(int orientation) {
  return orientation >= 5 && orientation <= 8;
}

}  // namespace stage
