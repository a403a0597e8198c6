#pragma once

#include <Eigen/Core>
#include <optional>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A rectangle of the photo, in its pixels.
struct PhotoBox {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// Around what is not 0; its right lies left of its left where all is.
PhotoBox BoxOf(const ImageU8& mask);

/// How a box is seen: what the camera's position and any scale leave open.
struct ObjectSight {
  /// From the camera to the middle of the box's lower edge, along the floor
  /// (x, z), a unit vector.
  Eigen::Vector2d heading{0, -1};
  double down = 0;     ///< of its lower edge, metres a metre away
  double up = 0;       ///< of its upper edge above the eye, a metre away
  double breadth = 0;  ///< metres a metre away

  /// How far away something of this size fills the box, metres along the floor.
  double Distance(double width, double height) const;
  /// Log of how much higher than wide it is than the box.
  double Misfit(double width, double height) const;
};
ObjectSight SeeBox(const Camera& camera, const PhotoBox& box);

/// Which way a wall faces on which a box lies, when only the camera is sure:
/// by the level lines around the box, else the wall that faces the camera most.
/// @param srgb  8-bit RGB copy of the photo
/// @return a unit vector (x, z) into the room; nullopt when neither is sure or
///         the wall is seen too much at a slant
std::optional<Eigen::Vector2d> WallFacing(const Camera& camera,
                                          const ImageU8& srgb,
                                          const PhotoBox& box);

/// A room around something that stands on a level surface: the surface is its
/// floor. Where the scene's own walls are known they stay.
/// @param drop    of the surface below the camera, metres
/// @param center  (x, z) of the thing
Scene SceneOnTable(const Scene& scene,
                   double drop,
                   const Eigen::Vector2d& center);

/// A room around something that hangs on a wall.
/// @param point   (x, z) on the wall
/// @param facing  of the wall, one of the axes
/// @param top     of the thing above the eye, metres
Scene SceneAtWall(const Scene& scene,
                  const Eigen::Vector2d& point,
                  const Eigen::Vector2d& facing,
                  double top);

}  // namespace stage::engine
