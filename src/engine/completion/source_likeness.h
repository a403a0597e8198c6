#pragma once

#include "core/image.h"

namespace stage::engine {

/// Leaves out of what may be copied whatever is of another material than what
/// lies next to the hole: its colour, lightness or roughness, taken over some
/// pixels, is found nowhere there.
/// @param pixels  3 channels, display values
/// @param hole    255: to be filled
/// @param usable  255: may be copied from
/// @return a part of `usable`; all of it when hardly any would be left
ImageU8 SourcesOfItsMaterial(const ImageF& pixels,
                             const ImageU8& hole,
                             const ImageU8& usable);

}  // namespace stage::engine
