#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/plan/plan.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What `--object CATEGORY:NAME` asks for, in the catalogue's words.
struct ObjectWish {
  std::vector<std::string> functions;  ///< any of them will do
  bool on_wall = false;                ///< hangs; otherwise stands on the floor
};

/// @throws Error(kUsage) for unknown words, with a suggestion; Error(kModel)
///         for people, animals and things that no catalogue has
ObjectWish ParseObject(const std::string& object);

/// A rectangle of the photo, in its pixels.
struct PhotoBox {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// A piece of true size where a box of the photo is: on the floor its front
/// stands at the box's lower edge, turned from a near wall or to the camera; on
/// a wall it fills the box. The piece that comes nearest to the box's width
/// wins; `variant` takes the next one.
/// @throws Error(kGeometry) with the reason when the box is neither on floor
///         nor wall, or nothing fits
Placement PlaceObject(const Scene& scene,
                      const Catalogue& catalogue,
                      const ObjectWish& wish,
                      const PhotoBox& box,
                      int variant,
                      const std::string& photo_name);

}  // namespace stage::engine
