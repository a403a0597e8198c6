#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "engine/catalogue/catalogue.h"

namespace stage::engine {

/// A picture of many pieces for people to look at: each in a tile with its id,
/// size, grade and styles below. A piece that cannot be read shows its error.
/// @param tile_px  edge of a tile's picture, 64 to 1024
/// @param columns  tiles a row, at least 1
/// @return RGB display values
/// @throws Error(kModel) for an id that is not in the catalogue
///         Error(kUsage) for sizes out of range or over 400 megapixels
ImageU8 RenderContactSheet(const Catalogue& catalogue,
                           const std::vector<std::string>& ids,
                           int tile_px,
                           int columns);

}  // namespace stage::engine
