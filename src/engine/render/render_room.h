#pragma once

#include <vector>

#include "core/image.h"
#include "engine/render/color.h"
#include "engine/render/render.h"
#include "engine/scene/camera.h"

namespace stage::engine {

/// A hole in the room's shell through which daylight falls: a rectangle whose
/// normal, edge_u x edge_v, points into the room.
struct RoomPortal {
  Eigen::Vector3d origin{0, 0, 0};
  Eigen::Vector3d edge_u{0, 0, 0}, edge_v{0, 0, 0};  ///< metres
};

/// What lies outside. Radiances are linear; exposure is up to the caller.
struct Daylight {
  Eigen::Vector3d to_sun{0.4, 0.6, 0.7};  ///< need not be a unit vector
  Color sun_irradiance{0, 0, 0};  ///< on a surface facing the sun; 0: overcast
  Color zenith{2.2f, 2.8f, 3.8f};
  Color horizon{4.0f, 4.2f, 4.4f};
  Color ground{1.0f, 1.0f, 0.85f};
};

/// A room modelled in full: floor, walls, ceiling, frames, panes, furniture.
/// Walls must be closed but for the portals; light comes through portals and
/// from emissive materials only.
struct RoomModel {
  std::vector<RenderObject> objects;
  std::vector<RoomPortal> portals;
  Daylight daylight;
};

/// Path traces a room with the renderer's own integrator. Deterministic.
/// @return width_px x height_px, linear RGB
/// @throws Error(kInterrupted) when cancelled
ImageF RenderRoom(const RoomModel& room,
                  const Camera& camera,
                  int width_px,
                  int height_px,
                  const RenderOptions& options);

}  // namespace stage::engine
