#pragma once

#include "core/photo/photo.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// Fills holes by a network, at the resolution it was trained for: what it
/// makes is enlarged, and the finest detail is what `filled` has already.
/// Holes that lie apart are filled apart, each with its surroundings.
/// @param hole    255: to be filled; the photo's size
/// @param filled  a copy of `photo` filled by other means; its pixels outside
///                of the hole are not touched
void FillByNetwork(Filler& network,
                   const Photo& photo,
                   const ImageU8& hole,
                   const ColorConverter& converter,
                   Photo& filled);

}  // namespace stage::engine
