#pragma once

#include <string>

#include "engine/catalogue/catalogue.h"
#include "engine/pipeline/object_sight.h"
#include "engine/pipeline/object_words.h"
#include "engine/plan/plan.h"

namespace stage::engine {

/// Where an object stands or hangs, and the room it is to be rendered in.
struct ObjectPlace {
  Placement placement;
  Scene scene;
  std::string surface;  ///< "floor", "table" or "wall"
  /// The room is not known, so that the box alone gave size and distance.
  bool by_box = false;
};

/// A piece of true size where a box of the photo is.
/// - On the floor of a room that is understood its front stands at the box's
///   lower edge, turned from a near wall or to the camera; the piece nearest
///   to the box's size wins.
/// - On a table, a shelf or a sill, and in rooms that are not understood, the
///   box is taken for as large as the piece looks, which tells how far away it
///   is; the piece wins whose shape and distance are likeliest.
/// - On a wall it fills the box in its own shape.
/// What can stand on floors and tables stands on the floor where `scene` shows
/// it free, or where the box is as large as a floor piece would look.
/// `variant` takes the next best piece.
/// @param srgb  8-bit RGB analysis copy of the photo
/// @throws Error(kGeometry) with the reason when the box is on nothing that
///         the wish goes on, or nothing fits
ObjectPlace PlaceObject(const Scene& scene,
                        const ImageU8& srgb,
                        const Catalogue& catalogue,
                        const ObjectWish& wish,
                        const PhotoBox& box,
                        int variant,
                        const std::string& photo_name);

}  // namespace stage::engine
