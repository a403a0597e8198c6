#include "engine/pipeline/object_choice.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace stage::engine {

void RefuseObject(const std::string& photo, const std::string& why) {
  throw Error(ErrorKind::kGeometry, photo + ": " + why);
}

std::vector<const Piece*> PiecesOf(const Catalogue& catalogue,
                                   const std::vector<std::string>& functions) {
  std::vector<const Piece*> pieces;
  for (const std::string& function : functions) {
    for (const Piece* piece : catalogue.Suitable(function, "modern")) {
      if (piece->grade == 'A') pieces.push_back(piece);
    }
  }
  return pieces;
}

const ObjectCandidate& BestObject(std::vector<ObjectCandidate>& candidates,
                                  const ObjectRequest& asked) {
  if (candidates.empty()) {
    RefuseObject(asked.photo,
                 "no such piece would look as large as the mask there; draw "
                 "the mask as large as the piece should look, its lower edge "
                 "where it stands");
  }
  std::stable_sort(
      candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.cost < b.cost;
      });
  return candidates[asked.variant % candidates.size()];
}

double YawOf(const Eigen::Vector2d& front) {
  return std::atan2(front.x(), front.y());
}

}  // namespace stage::engine
