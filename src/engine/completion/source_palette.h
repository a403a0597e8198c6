#pragma once

#include "core/image.h"

namespace stage::engine {

/// Leaves out of what may be copied whatever has a colour that is not found
/// next to the hole: other things on the surface, which would be repeated in
/// it.
/// @param detail   3 channels, display values without the light
/// @param hole     255: to be filled
/// @param usable   255: may be copied from
/// @param band_px  rows that are judged by themselves, as a wall's are; 0: all
///                 at once
/// @return a part of `usable`; all of it when hardly any would be left
ImageU8 SourcesOfItsColours(const ImageF& detail,
                            const ImageU8& hole,
                            const ImageU8& usable,
                            int band_px);

}  // namespace stage::engine
