#pragma once

#include "core/photo/photo.h"

namespace stage {

/// What a mask picture marks: what is white, or painted in one colour, on
/// black or on nothing (transparent).
/// @return one channel of the picture's size, above 127 where marked
/// @throws Error(kInput) naming the picture when it is no mask: colours beside
///         white or each other, or greys that are neither black nor white, as
///         in a photo that was painted on
ImageU8 MarkedPart(const Photo& drawn);

}  // namespace stage
