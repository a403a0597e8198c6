#pragma once

#include "core/photo/photo.h"
#include "engine/completion/complete_photo.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// Fills holes by a network, at the resolution it was trained for: what it
/// makes is enlarged, and the finest detail is what `filled` has already.
/// Holes that lie apart are filled apart, each with its surroundings. Where
/// what it makes goes on less well than what is there already, that stays.
/// @param completion  how `filled` was made; becomes that of the result
/// @param filled      a copy of `photo` filled by other means; its pixels
///                    outside of the hole are not touched
/// @return            how many holes the network filled
int FillByNetwork(Filler& network,
                  const Photo& photo,
                  const ColorConverter& converter,
                  Completion& completion,
                  Photo& filled);

}  // namespace stage::engine
