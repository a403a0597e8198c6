#pragma once

#include <vector>

#include "engine/render/room_prism.h"

namespace stage::engine {

/// Windows and passages: the surface seen through them lies outside the room,
/// where furniture changes no light. Doors are part of the wall.
class OpeningSet {
 public:
  OpeningSet(const RoomLayout& room, const RoomPrism& prism);
  bool Contain(const RoomHit& hit) const;

 private:
  struct Rectangle {
    int face;
    float u0, u1, v0, v1;
  };
  const RoomPrism& prism_;
  std::vector<Rectangle> rectangles_;
};

}  // namespace stage::engine
