#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// Everything the generators can make, as catalogue entries: ids
/// "procedural#bed", source "procedural", grade, function, styles and default
/// size filled in; licence CC0-1.0, for the meshes are this project's own.
std::vector<Piece> ProceduralPieces();

/// What `parameters` may hold for a piece, by name: an object with "type"
/// (number, integer, choice, flag, colours, text), "default", "minimum",
/// "maximum", "choices" and "help" where they apply. Every piece also takes
/// "seed" (integer): folds, leaves, drawn pictures and patterns.
/// @throws Error(kModel) when there is no such piece
nlohmann::json ProceduralParameters(const std::string& id);

/// Builds a piece at exactly `size` (width, height and depth in the order of
/// Catalogue::Load: width, depth, height; metres); a zero keeps the piece's
/// own measure. The mesh follows the convention of `Mesh`: feet at Y = 0,
/// front +Z, texture coordinates in metres (u along the grain of wood).
///
/// Material names are the slots that presets recolour; the same word means
/// the same role in all pieces:
/// - upholstery, cushion (loose cushions of a sofa), accent (scatter cushions)
/// - linen (sheets, pillow cases), duvet, throw, curtain, towel
/// - wood, panel (drawer and door fronts), metal, stone, ceramic, glass, basket
/// - shade (lampshades: emissive), bulb, art, mat, frame, mirror, pattern
/// (rugs)
/// - leaf, stem, soil, pot; books are named "book 1" and so on
///
/// Same arguments, same mesh, bit for bit. Safe to call from several threads.
/// @throws Error(kModel) naming an unknown piece
/// @throws Error(kUsage) naming a parameter that is unknown or out of range
Mesh MakeProceduralPiece(const std::string& id,
                         const Eigen::Vector3d& size,
                         const nlohmann::json& parameters);

}  // namespace stage::engine
