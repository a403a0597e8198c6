#include "engine/catalogue/piece_table.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "engine/catalogue/built_in_table.h"
#include "engine/catalogue/material_override.h"

namespace stage::engine {
namespace {

constexpr auto kKeys = std::to_array<std::string_view>({
    "function",
    "styles",
    "grade",
    "name",
    "category",
    "licence",
    "creator",
    "size",
    "elevation",
    "top_height",
    "crease_deg",
    "recolour",
    "slots",
    "materials",
    "yaw_deg",
    "copy_of",
});

void Check(const std::string& id, const nlohmann::json& entry) {
  for (const auto& [key, value] : entry.items()) {
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      throw Error(ErrorKind::kModel, id + ": unknown key \"" + key + "\"");
    }
  }
  if (entry.contains("grade")) {
    const std::string grade = entry["grade"].get<std::string>();
    if (grade != "A" && grade != "B") {
      throw Error(ErrorKind::kModel, id + ": \"grade\" must be A or B");
    }
  }
  if (entry.contains("size") && entry["size"].size() != 3) {
    throw Error(ErrorKind::kModel, id + ": \"size\" needs three lengths");
  }
  if (entry.contains("materials")) {
    for (const auto& [name, patch] : entry["materials"].items()) {
      Material material;
      ApplyPatch(patch, material);
    }
  }
}

template <typename T>
void Take(const nlohmann::json& entry, const char* key, T& value) {
  if (entry.contains(key)) value = entry[key].get<T>();
}

void Turn(double yaw_deg, SourcePiece& source) {
  source.model.rotation =
      Eigen::AngleAxisd(yaw_deg * 3.14159265358979323846 / 180,
                        Eigen::Vector3d::UnitY())
          .toRotationMatrix() *
      source.model.rotation;
  const long quarter_turns = std::lround(yaw_deg / 90);
  if (quarter_turns % 2 != 0) {
    std::swap(source.piece.width, source.piece.depth);
  }
}

void ApplyEntry(const nlohmann::json& entry, SourcePiece& source) {
  Piece& piece = source.piece;
  Take(entry, "function", piece.function);
  Take(entry, "styles", piece.styles);
  Take(entry, "name", piece.name);
  Take(entry, "category", piece.category);
  Take(entry, "licence", piece.licence);
  Take(entry, "creator", piece.creator);
  Take(entry, "elevation", piece.elevation);
  Take(entry, "recolour", piece.recolour);
  Take(entry, "slots", piece.slots);
  if (entry.contains("grade")) {
    piece.grade = entry["grade"].get<std::string>()[0];
  }
  if (entry.contains("yaw_deg")) Turn(entry["yaw_deg"].get<double>(), source);
  if (entry.contains("size")) {
    const auto size = entry["size"].get<std::array<double, 3>>();
    const double height_before = piece.height;
    if (size[0] > 0) piece.width = size[0];
    if (size[1] > 0) piece.depth = size[1];
    if (size[2] > 0) piece.height = size[2];
    if (piece.top_height > 0 && height_before > 0) {
      piece.top_height *= piece.height / height_before;
    }
  }
  Take(entry, "top_height", piece.top_height);
  if (entry.contains("crease_deg")) {
    source.model.crease_deg = entry["crease_deg"].get<double>();
    source.model.keep_file_normals = false;
  }
  if (entry.contains("materials")) {
    for (const auto& [name, values] : entry["materials"].items()) {
      source.model.patches.push_back({name, values});
    }
  }
}

}  // namespace

const PieceTable& PieceTable::BuiltIn() {
  static const PieceTable table(nlohmann::json::parse(kBuiltInTable),
                                "presets/catalogue/sweethome3d.json");
  return table;
}

PieceTable::PieceTable(const nlohmann::json& json, const std::string& origin) {
  try {
    if (!json.is_object()) {
      throw Error(ErrorKind::kModel, "must hold a JSON object");
    }
    pieces_ = json.value("pieces", nlohmann::json::object());
    for (const auto& [id, entry] : pieces_.items()) {
      try {
        Check(id, entry);
        SourcePiece trial;  // a wrong type is told at opening
        ApplyEntry(entry, trial);
      } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::kModel, id + ": " + error.what());
      }
    }
  } catch (const Error& error) {
    throw Error(error.kind(), origin + ": " + error.what());
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kModel, origin + ": " + error.what());
  }
}

std::vector<std::string> PieceTable::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, entry] : pieces_.items()) ids.push_back(id);
  return ids;
}

std::vector<std::string> PieceTable::CopiesOf(const std::string& id) const {
  std::vector<std::string> copies;
  for (const auto& [copy, entry] : pieces_.items()) {
    if (entry.value("copy_of", "") == id) copies.push_back(copy);
  }
  return copies;
}

bool PieceTable::IsCopy(const std::string& id) const {
  return pieces_.contains(id) && pieces_[id].contains("copy_of");
}

void PieceTable::Apply(const std::string& id, SourcePiece& piece) const {
  if (pieces_.contains(id)) ApplyEntry(pieces_[id], piece);
}

}  // namespace stage::engine
