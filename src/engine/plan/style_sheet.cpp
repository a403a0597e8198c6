#include "engine/plan/style_sheet.h"

#include <algorithm>
#include <cmath>

#include "engine/plan/material_json.h"

namespace stage::engine {
namespace {

using Eigen::Vector3d;
using nlohmann::json;

constexpr double kLeastScale = 0.86, kMostScale = 1.16;

constexpr double kLeastStretch = 0.78, kMostStretch = 1.25;

constexpr double kDeepestSofa = 1.15;  // metres, of one without a chaise
constexpr double kChaiseSeatShare = 0.62, kDeepestSeat = 0.95;

bool MadeToMeasure(const Piece& piece) { return piece.source == "procedural"; }

/// Which end of a made-to-measure sofa is long.
Chaise ChaiseOf(const Piece& piece, const json& entry) {
  if (!MadeToMeasure(piece)) return Chaise::kNone;
  const std::string side =
      entry.value("parameters", json::object()).value("chaise", "none");
  return side == "left"    ? Chaise::kLeft
         : side == "right" ? Chaise::kRight
                           : Chaise::kNone;
}

/// Width and depth as a group wants them, the height as designed; false when
/// that would be another piece of furniture.
bool Tailor(const MemberSpec& spec, Vector3d& size) {
  const bool square = std::abs(size.x() / size.y() - 1) < 0.06;
  double width = std::clamp(size.x(), spec.min_width, spec.max_width);
  if (spec.size && width != size.x()) {
    width = std::clamp(spec.size->x(), spec.min_width, spec.max_width);
  }
  const double stretch = width / size.x();
  if (stretch < kLeastStretch || stretch > kMostStretch) return false;
  size.x() = width;
  if (square) size.y() *= stretch;
  return true;
}

/// Roles whose material a function's pieces may have.
const std::vector<std::string>& RolesOf(const std::string& function) {
  static const std::vector<std::string> seating = {
      "upholstery", "cushion", "accent", "throw", "wood", "metal"};
  static const std::vector<std::string> bed = {
      "upholstery", "linen", "duvet", "throw", "accent", "wood", "metal"};
  static const std::vector<std::string> case_goods = {"wood", "panel", "metal"};
  static const std::vector<std::string> tables = {"wood", "metal", "stone"};
  static const std::vector<std::string> lamps = {"metal", "shade", "wood"};
  static const std::vector<std::string> textile = {"accent", "throw"};
  static const std::vector<std::string> curtain = {"curtain", "metal"};
  static const std::vector<std::string> none;
  if (function == "sofa" || function == "armchair" || function == "chair" ||
      function == "office_chair" || function == "bench" ||
      function == "ottoman" || function == "bar_stool" ||
      function == "outdoor_sofa" || function == "outdoor_chair") {
    return seating;
  }
  if (function == "bed" || function == "crib") return bed;
  if (function == "coffee_table" || function == "dining_table" ||
      function == "side_table" || function == "console_table" ||
      function == "desk" || function == "outdoor_table") {
    return tables;
  }
  if (function == "nightstand" || function == "dresser" ||
      function == "sideboard" || function == "wardrobe" ||
      function == "bookcase" || function == "media_console") {
    return case_goods;
  }
  if (function == "table_lamp" || function == "floor_lamp" ||
      function == "pendant_lamp") {
    return lamps;
  }
  if (function == "cushion" || function == "throw") return textile;
  if (function == "curtain") return curtain;
  return none;
}

}  // namespace

PickedPiece PickedPiece::Mirrored() const {
  PickedPiece other = *this;
  if (chaise == Chaise::kNone) return other;
  const bool was_left = chaise == Chaise::kLeft;
  other.chaise = was_left ? Chaise::kRight : Chaise::kLeft;
  other.parameters["chaise"] = was_left ? "right" : "left";
  return other;
}

StyleSheet::StyleSheet(const StylePreset& style,
                       const Catalogue& catalogue,
                       std::string budget,
                       SeededChoice choice)
    : style_(style),
      catalogue_(catalogue),
      budget_(std::move(budget)),
      choice_(choice) {}

double StyleSheet::density() const {
  const double style = style_.document.value("density", 0.6);
  if (budget_ == "low") return style * 0.5;
  if (budget_ == "high") return std::min(1.0, style * 1.3);
  return style;
}

std::string StyleSheet::Hex(const std::string& color) const {
  const auto& rgb = style_.palette.at(color);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex = "#";
  for (const uint8_t channel : rgb) {
    hex += kDigits[channel >> 4];
    hex += kDigits[channel & 15];
  }
  return hex;
}

std::vector<MaterialOverride> StyleSheet::Overrides(const std::string& function,
                                                    const json& entry) const {
  std::vector<MaterialOverride> overrides;
  if (!entry.value("recolour", true)) return overrides;
  const json& materials = style_.document.at("materials");
  std::vector<std::string> roles = RolesOf(function);
  if (entry.contains("roles")) {
    roles = entry["roles"].get<std::vector<std::string>>();
  }
  for (const std::string& role : roles) {
    // "upholstery.armchair" is the armchair's own choice of upholstery; loose
    // cushions are covered like the seat.
    const std::string cover = role == "cushion" ? "upholstery" : role;
    std::string key = cover + "." + function;
    if (!materials.contains(key)) key = cover;
    if (!materials.contains(key)) continue;
    const json& choices = materials[key];
    const json& chosen = choices[choice_.Ranked(key, choices.size())];
    MaterialOverride one;
    one.slot = role;
    one.material = MaterialFromPreset(
        chosen, style_.palette.at(chosen.at("color").get<std::string>()));
    one.keep_texture = chosen.value("keep_texture", false);
    overrides.push_back(std::move(one));
  }
  // Names of a model's own materials, where the catalogue knows no roles.
  const json slots = entry.value("slots", json::object());
  for (const auto& [slot, role] : slots.items()) {
    for (const MaterialOverride& known : std::vector(overrides)) {
      if (known.slot != role.get<std::string>()) continue;
      overrides.push_back(known);
      overrides.back().slot = slot;
    }
  }
  return overrides;
}

std::optional<PickedPiece> StyleSheet::Fit(const std::string& function,
                                           const Piece& piece,
                                           const json& entry,
                                           const MemberSpec& spec) const {
  PickedPiece picked;
  picked.piece = &piece;
  picked.function = function;
  picked.size = Vector3d(piece.width, piece.depth, piece.height);
  if (entry.contains("size")) {
    const json& size = entry["size"];
    picked.size = Vector3d(size.at(0), size.at(1), size.at(2));
  }
  if (MadeToMeasure(piece)) {
    if (!Tailor(spec, picked.size)) return std::nullopt;
  } else if (picked.width() < spec.min_width ||
             picked.width() > spec.max_width) {
    const double wanted =
        std::clamp(picked.width(), spec.min_width, spec.max_width);
    const double scale = wanted / picked.width();
    if (scale < kLeastScale || scale > kMostScale) return std::nullopt;
    picked.size *= scale;
  }
  if (picked.size.minCoeff() <= 0 || picked.height() < spec.min_height) {
    return std::nullopt;
  }
  picked.chaise = ChaiseOf(piece, entry);
  if ((picked.chaise != Chaise::kNone) != spec.chaise) return std::nullopt;
  // A deep one whose long end is not known fills its rectangle badly.
  if (function == "sofa" && !spec.chaise && picked.depth() > kDeepestSofa) {
    return std::nullopt;
  }
  picked.seat_depth = std::min(kDeepestSeat, picked.depth() * kChaiseSeatShare);
  if (MadeToMeasure(piece)) {
    picked.parameters = entry.value("parameters", json::object());
    picked.parameters.update(spec.parameters);
    for (const json& color : entry.value("colors", json::array())) {
      picked.parameters["palette"].push_back(Hex(color));
    }
  }
  picked.overrides = Overrides(function, entry);
  return picked;
}

std::optional<PickedPiece> StyleSheet::PickFor(const std::string& function,
                                               const MemberSpec& spec) const {
  std::vector<PickedPiece> choices;
  const json& pieces = style_.document.at("pieces");
  for (const json& entry : pieces.value(function, json::array())) {
    const Piece* piece = catalogue_.Find(entry.at("id"));
    if (piece == nullptr) continue;
    if (entry.contains("budget") && !budget_.empty() &&
        entry["budget"] != budget_) {
      continue;
    }
    if (auto picked = Fit(function, *piece, entry, spec)) {
      choices.push_back(*picked);
    }
  }
  if (choices.empty()) {
    for (const Piece* piece : catalogue_.Suitable(function, style_.name)) {
      if (auto picked = Fit(function, *piece, json::object(), spec)) {
        choices.push_back(*picked);
      }
      if (choices.size() == 3) break;
    }
  }
  if (choices.empty()) return std::nullopt;
  // Plants differ from each other, and so do the things on two tables; all
  // else of a room goes together.
  const std::string word = function == "plant"         ? spec.role
                           : function == "table_decor" ? function + spec.on
                                                       : function;
  return choices[choice_.Ranked("piece " + word, choices.size())];
}

std::optional<PickedPiece> StyleSheet::Pick(const MemberSpec& spec) const {
  if (auto picked = PickFor(spec.function, spec)) return picked;
  for (const std::string& other : spec.alternatives) {
    if (auto picked = PickFor(other, spec)) return picked;
  }
  return std::nullopt;
}

}  // namespace stage::engine
