#include "engine/catalogue/procedural/procedural_pieces.h"

#include <algorithm>

#include "core/error.h"
#include "engine/catalogue/procedural/all_generators.h"

namespace stage::engine {
namespace {

const std::vector<procedural::Generator>& AllGenerators() {
  static const std::vector<procedural::Generator> kGenerators = [] {
    std::vector<procedural::Generator> generators;
    procedural::AppendBeds(generators);
    procedural::AppendNightstands(generators);
    procedural::AppendRugs(generators);
    procedural::AppendWallPieces(generators);
    procedural::AppendSofas(generators);
    procedural::AppendTables(generators);
    procedural::AppendCases(generators);
    procedural::AppendArmchairs(generators);
    procedural::AppendChairs(generators);
    procedural::AppendOttomans(generators);
    procedural::AppendDesks(generators);
    procedural::AppendDecor(generators);
    procedural::AppendWallClocks(generators);
    procedural::AppendBottlesAndFruit(generators);
    procedural::AppendFlowers(generators);
    procedural::AppendKitchenIslands(generators);
    procedural::AppendPlants(generators);
    procedural::AppendLamps(generators);
    procedural::AppendKidsPieces(generators);
    procedural::AppendOutdoorPieces(generators);
    procedural::AppendBathPieces(generators);
    procedural::AppendHallPieces(generators);
    return generators;
  }();
  return kGenerators;
}

const procedural::Generator& Find(const std::string& id) {
  const auto& all = AllGenerators();
  const auto found = std::find_if(all.begin(), all.end(), [&id](const auto& g) {
    return g.piece.id == id;
  });
  if (found == all.end()) {
    throw Error(
        ErrorKind::kModel,
        "no procedural piece '" + id + "'; 'stage catalog list' shows all ids");
  }
  return *found;
}

}  // namespace

std::vector<Piece> ProceduralPieces() {
  std::vector<Piece> pieces;
  for (const procedural::Generator& generator : AllGenerators())
    pieces.push_back(generator.piece);
  return pieces;
}

nlohmann::json ProceduralParameters(const std::string& id) {
  return procedural::DescribeRules(Find(id));
}

Mesh MakeProceduralPiece(const std::string& id,
                         const Eigen::Vector3d& size,
                         const nlohmann::json& parameters) {
  const procedural::Generator& generator = Find(id);
  const procedural::Request request =
      procedural::CheckedRequest(generator, size, parameters);
  procedural::MeshBuilder builder;
  generator.build(request, builder);
  return builder.Finish({request.width(), request.depth(), request.height()});
}

}  // namespace stage::engine
