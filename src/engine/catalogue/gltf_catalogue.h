#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/catalogue/file_tree.h"
#include "engine/catalogue/mesh_fit.h"
#include "engine/catalogue/source_piece.h"

namespace stage::engine {

/// Every .glb and .gltf file of a tree as one piece, glTF 2.0 conventions:
/// metres (models that would be larger than a house are taken for centimetres
/// or millimetres), Y up, front +Z.
///
/// A `stage-catalogue.json` at the root may say "name" of the catalogue,
/// "licence" and "creator" of all pieces, and under "pieces", by file name
/// within the tree, what PieceTable knows. What it leaves open comes from the
/// file: asset.extras (author, license, title, as Sketchfab writes them),
/// asset.copyright, and the words of the file name.
/// Pieces that cannot be read are left out with a warning.
/// @throws Error(kModel) when none is left, saying why of the first
std::vector<SourcePiece> ReadGltfCatalogue(
    std::shared_ptr<const FileTree> files);

/// True for names that ReadGltfCatalogue takes.
bool IsGltfName(std::string_view name);

/// The JSON of a .gltf file or of the first chunk of a .glb file.
/// @throws Error(kModel)
nlohmann::json ReadGltfJson(const FileTree& files, const std::string& name);

/// A tree of one model file and what it refers to beside and below it.
/// @throws Error(kModel)
std::shared_ptr<const FileTree> OpenGltfFile(const std::filesystem::path& path);

/// Reads a model with its PBR materials.
/// @throws Error(kModel) naming tree and file
TriangleSoup ReadGltfModel(const FileTree& files, const std::string& name);

/// The function (as in Piece) that the words of a name mean, most telling
/// first: "Lounge_Chair_01" is an armchair; "" when they mean none.
std::string FunctionFromWords(std::string_view text);

}  // namespace stage::engine
