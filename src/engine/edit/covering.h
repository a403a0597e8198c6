#pragma once

#include <vector>

#include "engine/edit/surface_material.h"
#include "engine/render/color.h"
#include "engine/render/film_look.h"
#include "engine/render/room_prism.h"
#include "engine/render/view.h"

namespace stage::engine {

/// A material laid on the surfaces of a room, as the camera sees it. Courses
/// and patterns run on around corners: walls are measured from one corner of
/// the room on, all heights from the floor.
class Covering {
 public:
  /// @param view  of the photo; must outlive this, as material and prism
  Covering(const SurfaceMaterial& material,
           const RoomPrism& prism,
           const View& view,
           const FilmLook& look);

  /// The pixel at (x, y), linear RGB.
  /// @param face             that it shows
  /// @param light, mirrored  linear RGB there
  Color At(int x,
           int y,
           int face,
           const Eigen::Vector3f& ray,
           const float* light,
           const float* mirrored) const;

 private:
  /// A surface's own axes: boards run away from the camera on floors, along
  /// the wall on walls.
  struct Axes {
    Eigen::Vector3f u, v;
    float u_start = 0;
  };
  Axes AxesOf(int face) const;

  const SurfaceMaterial& material_;
  const RoomPrism& prism_;
  const View& view_;
  std::vector<Axes> axes_;  ///< one a face
  FilmLook look_;
  float sharpness_;
};

}  // namespace stage::engine
