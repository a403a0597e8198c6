#include "engine/catalogue/catalogue.h"

namespace stage::engine {

nlohmann::json PieceToJson(const Piece& piece) {
  nlohmann::json json = {
      {"id", piece.id},
      {"name", piece.name},
      {"source", piece.source},
      {"category", piece.category},
      {"function", piece.function},
      {"styles", piece.styles},
      {"grade", piece.grade == 0 ? "" : std::string(1, piece.grade)},
      {"size_m", {piece.width, piece.depth, piece.height}},
      {"elevation_m", piece.elevation},
      {"licence", piece.licence},
      {"creator", piece.creator},
      {"slots", piece.slots},
      {"recolour", piece.recolour},
  };
  if (piece.top_height >= 0) json["top_height_m"] = piece.top_height;
  return json;
}

nlohmann::json CatalogueToJson(const Catalogue& catalogue) {
  nlohmann::json json = nlohmann::json::array();
  for (const Piece& piece : catalogue.pieces()) {
    json.push_back(PieceToJson(piece));
  }
  return json;
}

}  // namespace stage::engine
