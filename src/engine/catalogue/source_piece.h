#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/file_tree.h"

namespace stage::engine {

/// A lasting correction of one material of one piece, from a piece table.
struct MaterialPatch {
  std::string slot;  ///< as MaterialOverride::slot, but names only
  nlohmann::json values;
};

enum class ModelFormat { kWavefront, kGltf, kProcedural };

/// Where the mesh of a piece comes from.
struct ModelRef {
  ModelFormat format = ModelFormat::kProcedural;
  std::shared_ptr<const FileTree> files;
  std::string file;  ///< name in `files`
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  double crease_deg = 40;
  bool keep_file_normals = true;
  std::vector<MaterialPatch> patches;
};

/// A piece as a catalogue gives it.
struct SourcePiece {
  Piece piece;
  ModelRef model;
};

/// The file that makes a zip a .sh3f library.
inline constexpr std::string_view kSweetHomeIndex =
    "PluginFurnitureCatalog.properties";

/// Reads a .sh3f furniture library (Sweet Home 3D furniture catalogue format;
/// see http://www.sweethome3d.com/documentation.jsp, "PluginFurnitureCatalog").
/// Models are not opened. Entries without a model or a size are left out.
/// @throws Error(kModel) naming the file when it is no such library
std::vector<SourcePiece> ReadSweetHomeCatalogue(
    std::shared_ptr<const FileTree> files);

}  // namespace stage::engine
