#pragma once

#include <string>
#include <vector>

#include "engine/plan/arrangement.h"
#include "engine/plan/style_sheet.h"

namespace stage::engine {

/// Cushions and throws on what is upholstered.
void AddSoftGoods(const StyleSheet& sheet, Arrangement& arrangement);

/// Curtains beside windows, where the style wants them and the wall has room.
void AddCurtains(const StyleSheet& sheet, Arrangement& arrangement);

/// Sets things that stand on others to the height of the real surface, and
/// takes away what would hang over an edge.
void SettleOnSurfaces(const Catalogue& catalogue, Arrangement& arrangement);

/// Gives procedural pieces the seed of the request: folds, grain, pictures.
void SeedPieces(const StyleSheet& sheet, Arrangement& arrangement);

}  // namespace stage::engine
