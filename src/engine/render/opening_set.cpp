#include "engine/render/opening_set.h"

#include <algorithm>

namespace stage::engine {

OpeningSet::OpeningSet(const RoomLayout& room, const RoomPrism& prism)
    : prism_(prism) {
  for (const Opening& opening : room.openings) {
    const int face = RoomPrism::kFirstWall + opening.wall;
    if (opening.kind == OpeningKind::kDoor || opening.wall < 0 ||
        face >= static_cast<int>(prism.faces().size())) {
      continue;
    }
    rectangles_.push_back(
        {face,
         static_cast<float>(std::min(opening.u0, opening.u1)),
         static_cast<float>(std::max(opening.u0, opening.u1)),
         static_cast<float>(std::min(opening.v0, opening.v1)),
         static_cast<float>(std::max(opening.v0, opening.v1))});
  }
}

bool OpeningSet::Contain(const RoomHit& hit) const {
  for (const Rectangle& r : rectangles_) {
    if (r.face != hit.face) continue;
    const Eigen::Vector2f at = prism_.faces()[hit.face].Coordinates(hit.point);
    if (at.x() > r.u0 && at.x() < r.u1 && at.y() > r.v0 && at.y() < r.v1) {
      return true;
    }
  }
  return false;
}

}  // namespace stage::engine
