#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "core/image.h"
#include "engine/scene/camera.h"

namespace stage::engine {

enum class OpeningKind { kWindow, kDoor, kPassage };

/// A rectangle in a wall: u metres along the wall from its start, v metres up.
struct Opening {
  OpeningKind kind = OpeningKind::kWindow;
  int wall = 0;  ///< index into RoomLayout::Walls()
  double u0 = 0, u1 = 0;
  double v0 = 0, v1 = 0;
  double confidence = 0;  ///< 0..1
};

/// One wall, from `start` along `direction` for `length`; `normal` points
/// into the room. Floor coordinates (x, z) in metres.
struct Wall {
  Eigen::Vector2d start, direction, normal;
  double length = 0;
  bool visible = false;  ///< some of it is in the picture
  bool real = true;      ///< false: closes the polygon behind the camera
};

/// The room as a vertical prism over a floor polygon.
struct RoomLayout {
  /// Closed outline (x, z) in metres, counter-clockwise on a page seen from
  /// above with X to the right and Z down the page: the back left corner of a
  /// box, near left, near right, back right. Contains the part behind the
  /// camera, as far as it is guessed.
  std::vector<Eigen::Vector2d> floor;
  /// One a floor edge, the edge from floor[i] to floor[i + 1]; may be empty.
  std::vector<bool> wall_is_real;     ///< empty: all are
  std::vector<bool> wall_is_visible;  ///< empty: none is known to be
  double height = 2.6;                ///< ceiling, metres
  bool ceiling_visible = false;
  std::vector<Opening> openings;

  /// One wall a floor edge, in the same order.
  std::vector<Wall> Walls() const;
  /// True for a floor point (x, z) inside the outline.
  bool Contains(const Eigen::Vector2d& point) const;
  double FloorArea() const;  ///< square metres
  /// Multiplies all lengths, openings included.
  void Scale(double factor);
};

/// Something in the photo that stands on the floor in front of a wall (an
/// island, a column, a fan): furniture may neither stand in it nor be drawn
/// over it.
struct Obstacle {
  std::vector<Eigen::Vector2d> footprint;  ///< (x, z) metres
  double height = 0;                       ///< metres
};

/// How much of the scene can be relied on.
enum class SceneTrust { kRoom, kFloorOnly, kNone };

/// Everything one photo tells about its room.
struct Scene {
  Camera camera;  ///< for the size of the analysed photo (full size)
  RoomLayout room;
  std::vector<Obstacle> obstacles;
  double confidence = 0;  ///< 0..1
  SceneTrust trust = SceneTrust::kNone;
  bool outdoors = false;   ///< the picture's top is sky
  bool furnished = false;  ///< things seem to stand all over the floor
  std::string room_type;   ///< "living", ... or empty when nothing says
  double room_type_probability = 0;
  double floor_gloss_f0 = 0;  ///< mirror reflectance of the floor; 0: matt
  double floor_roughness = 0.3;
  /// Analysis-size mask, 255 where the photo shows free floor.
  ImageU8 free_floor;
  /// Analysis-size mask, 255 where a photo object stands in front of walls or
  /// floor and must stay in front of furniture.
  ImageU8 foreground;
  /// Visible floor outline in pixels of the full-size upright photo.
  std::vector<Eigen::Vector2d> floor_polygon_px;
  /// Homogeneous pixels (x, y, w): two horizontal directions, then vertical.
  std::vector<Eigen::Vector3d> vanishing_points;
};

}  // namespace stage::engine
