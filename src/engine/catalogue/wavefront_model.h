#pragma once

#include <string>

#include "engine/catalogue/file_tree.h"
#include "engine/catalogue/material_rules.h"
#include "engine/catalogue/mesh_fit.h"

namespace stage::engine {

/// Reads the model of a .sh3f piece: Wavefront .obj with its .mtl, or another
/// format that assimp knows (.dae, .3ds) by its plain colours and textures.
/// @throws Error(kModel) naming tree and file
TriangleSoup ReadWavefrontModel(const FileTree& files,
                                const std::string& name,
                                PieceHint hint);

}  // namespace stage::engine
