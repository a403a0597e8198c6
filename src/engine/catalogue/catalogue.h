#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// One thing that can be placed: from a .sh3f or glTF catalogue, or made by a
/// procedural generator (id "procedural#bed", source "procedural").
struct Piece {
  std::string id;        ///< unique: "Blend Swap CC-0#sofa2", "procedural#bed"
  std::string name;      ///< for people
  std::string source;    ///< catalogue name
  std::string category;  ///< the catalogue's own word
  /// What it is for: sofa, armchair, coffee_table, dining_table, chair,
  /// bar_stool, bed, nightstand, dresser, wardrobe, bookcase, media_console,
  /// tv, desk, office_chair, table_lamp, floor_lamp, pendant_lamp, plant,
  /// table_decor, rug, wall_art, curtain, cushion, throw, books, mirror,
  /// bench, ottoman, side_table, console_table, crib, toy, outdoor_sofa, ...
  /// Empty: never placed by the planner.
  std::string function;
  std::vector<std::string> styles;  ///< styles it suits; empty: any
  char grade = 0;                   ///< 'A' listing quality, 'B' at a distance
  double width = 0, depth = 0, height = 0;  ///< metres
  double elevation = 0;    ///< metres above the floor it hangs or stands at
  double top_height = -1;  ///< where things are put on it; < 0: nowhere
  std::string licence;
  std::string creator;
};

/// A recolouring of one material slot of a piece: what presets ask for.
struct MaterialOverride {
  std::string
      slot;  ///< matched against material names, case-insensitively; "*": all
  Material material;
  bool keep_texture = false;  ///< tint the texture instead of dropping it
};

/// Furniture that can be found by function and style, and loaded as meshes.
/// Thread-safe after construction.
class Catalogue {
 public:
  virtual ~Catalogue() = default;
  virtual const std::vector<Piece>& pieces() const = 0;
  /// nullptr when there is none.
  virtual const Piece* Find(const std::string& id) const = 0;
  /// Pieces of a function, best first for a style: grade, then style match.
  virtual std::vector<const Piece*> Suitable(
      const std::string& function, const std::string& style) const = 0;
  /// The mesh of a piece, scaled to (width, depth, height); zeros keep the
  /// piece's own size. `parameters` go to procedural generators (size, seed,
  /// pattern, colours). Cached.
  /// @throws Error(kModel) naming the piece and file that cannot be read
  virtual std::shared_ptr<const Mesh> Load(
      const std::string& id,
      const Eigen::Vector3d& width_depth_height,
      const std::vector<MaterialOverride>& overrides,
      const nlohmann::json& parameters) const = 0;
};

/// Opens the given catalogues (.sh3f files, glTF/GLB files, folders or zips of
/// them) plus the procedural pieces; empty: the installed
/// sweethome3d-furniture.
/// @throws Error(kModel) with the apt command when none is installed
std::shared_ptr<Catalogue> OpenCatalogue(
    const std::vector<std::filesystem::path>& sources);

}  // namespace stage::engine
