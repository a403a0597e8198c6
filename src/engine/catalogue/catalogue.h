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
  double elevation = 0;  ///< metres above the floor it hangs or stands at
  /// Where things are put on it, metres above its own bottom; < 0: nowhere.
  double top_height = -1;
  std::string licence;
  std::string creator;
  /// Materials by the role that presets recolour: "upholstery", "wood",
  /// "metal", "accent", "panel", "linen", "shade", ...; the same words as in
  /// procedural pieces. Values are material names.
  std::map<std::string, std::vector<std::string>> slots;
  /// Looks right only when its main slot is recoloured by a preset.
  bool recolour = false;
};

/// A recolouring of one material slot of a piece: what presets ask for.
struct MaterialOverride {
  /// A role of `Piece::slots`; else a material name, case-insensitively, where
  /// '*' and '?' stand for any characters; else, for pieces that list no roles
  /// at all, "upholstery", "wood", "metal", "glass", "leaf" mean all materials
  /// of that kind. "*": all. Later overrides win.
  std::string slot;
  Material material;  ///< its name is ignored
  /// Tint the texture instead of dropping it: its light and dark are kept, its
  /// mean becomes `material.base_color`.
  bool keep_texture = false;
};

/// Furniture that can be found by function and style, and loaded as meshes.
/// Thread-safe after construction.
class Catalogue {
 public:
  virtual ~Catalogue() = default;
  virtual const std::vector<Piece>& pieces() const = 0;
  /// nullptr when there is none.
  virtual const Piece* Find(const std::string& id) const = 0;
  /// Graded pieces of a function, best first for a style: a style match lifts
  /// a piece by one grade, pieces of any style stand between.
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
/// them) plus the procedural pieces. The word "default" among the sources
/// stands for InstalledCatalogues(), so that others add to it instead of
/// replacing it; no sources at all: only those. A later source wins where two
/// have a piece of the same id.
/// @throws Error(kModel) with the apt command when none is installed, or naming
///         the source that cannot be read
std::shared_ptr<Catalogue> OpenCatalogue(
    const std::vector<std::filesystem::path>& sources);

/// The .sh3f files under sweethome3d/furniture of $XDG_DATA_HOME and
/// $XDG_DATA_DIRS, sorted by name; may be empty.
std::vector<std::filesystem::path> InstalledCatalogues();

/// One piece as `stage catalog show --json` prints it; fields are only added.
nlohmann::json PieceToJson(const Piece& piece);
/// All pieces, as `stage catalog list --json` prints them.
nlohmann::json CatalogueToJson(const Catalogue& catalogue);

}  // namespace stage::engine
