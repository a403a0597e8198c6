#pragma once

#include "core/image.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// An 8-bit RGB picture as networks take it.
PlanarImage PlanarOf(const ImageU8& srgb);

}  // namespace stage::engine
