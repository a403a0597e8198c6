#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/catalogue/source_piece.h"

namespace stage::engine {

/// What people found out about pieces by looking at them: the JSON of
/// presets/catalogue and of a user's stage-catalogue.json.
///
/// {"pieces": {ID: {"function": WORD, "styles": [WORD...], "grade": "A"|"B",
///   "name", "category", "licence", "creator": TEXT,
///   "size": [width, depth, height] in metres, zeros keep a side,
///   "top_height", "elevation": metres, "yaw_deg": turn to the left that makes
///   the front look to +Z, "crease_deg": smooth all faces that meet flatter,
///   "recolour": true, "slots": {ROLE: [MATERIAL...]},
///   "materials": {MATERIAL: {...}} as ApplyPatch takes them,
///   "copy_of": ID}}} makes a piece of its own from the model of another: a
///   bench is a low table.
class PieceTable {
 public:
  /// The table of sweethome3d-furniture that is built into the program.
  static const PieceTable& BuiltIn();

  PieceTable() = default;
  /// @param origin  said in errors
  /// @throws Error(kModel) naming the piece and key that is wrong
  PieceTable(const nlohmann::json& json, const std::string& origin);

  std::vector<std::string> ids() const;
  /// Pieces that the table makes from `id`.
  std::vector<std::string> CopiesOf(const std::string& id) const;
  bool IsCopy(const std::string& id) const;
  /// Writes what the table says of `id` over `piece`; nothing when it says
  /// nothing. `size` is what the file gave, before any turn.
  void Apply(const std::string& id, SourcePiece& piece) const;

 private:
  nlohmann::json pieces_ = nlohmann::json::object();
};

}  // namespace stage::engine
