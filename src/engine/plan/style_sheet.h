#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/presets.h"
#include "engine/catalogue/catalogue.h"
#include "engine/plan/group_template.h"
#include "engine/plan/seeded_choice.h"

namespace stage::engine {

/// The long seat at one end of a sofa, seen from the front.
enum class Chaise { kNone, kLeft, kRight };

/// A piece chosen for a style: what, how big, how coloured.
struct PickedPiece {
  const Piece* piece = nullptr;
  std::string function;           ///< what it was picked for
  Eigen::Vector3d size{0, 0, 0};  ///< width, depth, height; metres
  nlohmann::json parameters = nlohmann::json::object();
  std::vector<MaterialOverride> overrides;
  Chaise chaise = Chaise::kNone;
  double seat_depth = 0;  ///< beside the chaise, metres

  /// The same sofa with its chaise at the other end.
  PickedPiece Mirrored() const;
  double width() const { return size.x(); }
  double depth() const { return size.y(); }
  double height() const { return size.z(); }
};

/// Chooses pieces and colours by style, budget, seed and variant; never by
/// the room, so that views of one room get the same furniture.
class StyleSheet {
 public:
  StyleSheet(const StylePreset& style,
             const Catalogue& catalogue,
             std::string budget,
             SeededChoice choice);

  /// The style's piece for a member; nullopt when nothing suits.
  /// @param spec  function, width range and made-to-measure size
  std::optional<PickedPiece> Pick(const MemberSpec& spec) const;

  /// Recolouring of a piece, by the roles its function has.
  std::vector<MaterialOverride> Overrides(const std::string& function,
                                          const nlohmann::json& entry) const;
  /// A colour of the palette as "#rrggbb".
  std::string Hex(const std::string& color) const;
  const StylePreset& style() const { return style_; }
  const Catalogue& catalogue() const { return catalogue_; }
  const SeededChoice& choice() const { return choice_; }
  const std::string& budget() const { return budget_; }
  /// How much the style decorates, 0 (bare) to 1 (rich).
  double density() const;

 private:
  std::optional<PickedPiece> PickFor(const std::string& function,
                                     const MemberSpec& spec) const;
  std::optional<PickedPiece> Fit(const std::string& function,
                                 const Piece& piece,
                                 const nlohmann::json& entry,
                                 const MemberSpec& spec) const;

  const StylePreset& style_;
  const Catalogue& catalogue_;
  std::string budget_;
  SeededChoice choice_;
};

}  // namespace stage::engine
