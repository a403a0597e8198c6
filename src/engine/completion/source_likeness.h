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

/// How far what may be copied is from what is seen at the hole's rim: its
/// colour, lightness and roughness, taken over some pixels.
/// @param pixels  3 channels, display values
/// @param hole    255: to be filled
/// @param usable  255: may be copied from
/// @return 1 channel: 0 where it looks as some part of the rim does, 1 and
///         more where an eye would see another material; empty when the rim
///         shows too little
ImageF Unlikeness(const ImageF& pixels,
                  const ImageU8& hole,
                  const ImageU8& usable);

}  // namespace stage::engine
