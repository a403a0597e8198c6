#include "engine/pipeline/furnish.h"

#include <map>

#include "core/error.h"
#include "engine/render/parallel.h"

namespace stage::engine {
namespace {

// CC0 and the project's own generators ask for no credit; all else is named.
bool WantsCredit(const Piece& piece) {
  const bool is_own = piece.source == "procedural";
  const bool is_public_domain =
      piece.licence.find("CC0") != std::string::npos ||
      piece.licence.find("CC-0") != std::string::npos ||
      piece.licence.find("Public domain") != std::string::npos;
  return !is_own && !is_public_domain;
}

std::string CreditLine(const Piece& piece) {
  std::string line = "\"" + piece.name + "\"";
  if (!piece.creator.empty()) line += " by " + piece.creator;
  if (!piece.licence.empty()) line += ", " + piece.licence;
  return line;
}

}  // namespace

Furnishing Furnish(const Plan& plan, const Catalogue& catalogue, int threads) {
  Furnishing furnishing;
  furnishing.objects.resize(plan.placements.size());
  furnishing.functions.resize(plan.placements.size());
  const int count = static_cast<int>(plan.placements.size());
  // Pieces differ much in what they take: each is a task of its own.
  ParallelFor(count, {ThreadCount(threads), {}, {}}, [&](int i) {
    const Placement& placement = plan.placements[i];
    const Piece* piece = catalogue.Find(placement.piece);
    if (piece == nullptr) {
      throw Error(ErrorKind::kModel,
                  "the plan places '" + placement.piece +
                      "', which no catalogue has; see `stage catalog list`");
    }
    RenderObject& object = furnishing.objects[i];
    object.mesh = catalogue.Load(placement.piece,
                                 placement.size,
                                 placement.overrides,
                                 placement.parameters);
    object.position = placement.position;
    object.yaw = placement.yaw;
    object.lies_on_floor = piece->function == "rug";
    furnishing.functions[i] = piece->function;
  });
  std::map<std::string, int> counts;
  for (const Placement& placement : plan.placements) ++counts[placement.piece];
  for (const auto& [id, count] : counts) {
    const Piece& piece = *catalogue.Find(id);
    furnishing.pieces.push_back({{"id", piece.id},
                                 {"name", piece.name},
                                 {"source", piece.source},
                                 {"licence", piece.licence},
                                 {"creator", piece.creator},
                                 {"count", count}});
    if (WantsCredit(piece)) furnishing.credits.push_back(CreditLine(piece));
  }
  return furnishing;
}

}  // namespace stage::engine
